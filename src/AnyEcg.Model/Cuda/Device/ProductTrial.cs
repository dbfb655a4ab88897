namespace AnyEcg.Model;

/// <summary>
/// Products of zeros, before there is anything to compute: an algorithm that cuBLASLt proposes and accepts may still fail when it runs, and its code is
/// loaded now and not in service.
/// </summary>
internal sealed unsafe class ProductTrial : IDisposable
{
    private readonly ProductLibrary library;
    private readonly ProductSpec spec;
    private readonly DeviceMemory scratch;
    private readonly CudaStream stream;
    private readonly nint weights;
    private readonly nint y;

    /// <exception cref="CudaFaultException">There is no memory for a pass' inputs and outputs, for which there must be soon anyway.</exception>
    public ProductTrial(ProductLibrary library, ProductSpec spec, nint weights)
    {
        this.library = library;
        this.spec = spec;
        this.weights = weights;
        int rows = library.Buckets[^1];
        DeviceLayout layout = new();
        layout.Add((long)rows * spec.Inputs * NumberBytes(spec.InputType));
        long output = layout.Add((long)rows * spec.Outputs * NumberBytes(spec.OutputType));
        scratch = new DeviceMemory(library.Context, layout.Bytes, $"trying out {spec.Name}", cleared: true);
        y = scratch.At(output);
        try
        {
            stream = new CudaStream(library.Context);
        }
        catch
        {
            scratch.Dispose();
            throw;
        }
    }

    /// <summary>Whether the algorithm computes so many rows.</summary>
    /// <exception cref="CudaFaultException">The device is lost, or out of memory.</exception>
    public bool Runs(ProductLayouts layouts, MatmulAlgorithm algorithm, int bucket)
    {
        float one = 1, add = spec.Accumulate ? 1 : 0;
        nint layout = layouts.Outputs(bucket);
        int status = library.Api.Matmul(
            library.Handle, layouts.Operation, &one, weights, layouts.Weights, scratch.Address, layouts.Inputs(bucket), &add, y, layout, y, layout,
            &algorithm, library.Workspace, (nuint)ProductLibrary.WorkspaceBytes, stream.Handle);
        if (status is CublasLt.NotInitialized or CublasLt.AllocationFailed)
            library.Context.CheckProduct(status, $"trying out {spec.Name}");
        stream.Synchronize();
        return status == 0;
    }

    public void Dispose()
    {
        stream.Dispose();
        scratch.Dispose();
    }

    private static int NumberBytes(int type) => type == CublasLt.Float32 ? sizeof(float) : sizeof(ushort);
}
