using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>A matrix product, ready to be given to a stream for any of the buckets (<see cref="ProductSpec"/>). One thread at a time.</summary>
internal sealed unsafe class Product : IDisposable
{
    private const int EpilogueFloat = 1, EpilogueGelu = 2;

    private readonly ProductLibrary library;
    private readonly ProductSpec spec;
    private readonly ProductLayouts layouts;
    private readonly nint weights;
    private readonly nint bias;

    internal Product(ProductLibrary library, ProductSpec spec, ProductLayouts layouts, AlgorithmChoice choice, nint weights, nint bias)
    {
        this.library = library;
        this.spec = spec;
        this.layouts = layouts;
        this.weights = weights;
        this.bias = bias;
        Choice = choice;
    }

    public string Name => spec.Name;

    /// <summary>cuBLASLt does bias and GELU within the product; else a kernel of ours follows it.</summary>
    public bool IsFused => layouts.IsFused || !spec.HasEpilogue;

    public AlgorithmChoice Choice { get; }

    /// <summary>Multiply-adds of one row, each counted as two.</summary>
    public long FlopsPerRow => 2L * spec.Inputs * spec.Outputs;

    /// <summary>Gives the product to a stream. Nothing is allocated, here or on the device.</summary>
    /// <param name="stream">Where; all products of a library on one.</param>
    /// <param name="x">[rows][inputs], at a multiple of 256.</param>
    /// <param name="y">[rows][outputs], at a multiple of 256; read first where the product adds to it.</param>
    /// <param name="bucket">Which of the library's buckets; so many rows are computed.</param>
    public void Enqueue(CudaStream stream, nint x, nint y, int bucket)
    {
        float one = 1, add = spec.Accumulate ? 1 : 0;
        nint layout = layouts.Outputs(bucket);
        fixed (MatmulAlgorithm* chosen = &Choice.Algorithms[bucket])
        {
            int status = library.Api.Matmul(
                library.Handle, layouts.Operation, &one, weights, layouts.Weights, x, layouts.Inputs(bucket), &add, y, layout, y, layout,
                chosen, library.Workspace, (nuint)ProductLibrary.WorkspaceBytes, stream.Handle);
            if (status != 0)
                library.Context.CheckProduct(status, $"computing {Name}");
        }

        if (spec.HasEpilogue && !layouts.IsFused)
            Finish(stream, y, library.Buckets[bucket]);
    }

    public void Dispose()
    {
        library.Context.MakeCurrentToFree();
        layouts.Dispose();
    }

    private void Finish(CudaStream stream, nint y, int rows)
    {
        int flags = (spec.OutputType == CublasLt.Float32 && !spec.Full ? EpilogueFloat : 0) | (spec.Gelu ? EpilogueGelu : 0);
        Pass pass = default;
        pass.Product = y;
        pass.ProductBias = bias;
        pass.Flags = flags;
        pass.Outputs = spec.Outputs;
        pass.ProductRows = rows;
        long threads = (long)rows * spec.Outputs / 4;
        library.Epilogue!.Launch(stream, checked((int)((threads + Kernel.BlockThreads - 1) / Kernel.BlockThreads)), pass);
    }
}
