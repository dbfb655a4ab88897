using System.Globalization;

namespace AnyEcg.Model;

/// <summary>cuBLASLt, opened on one device, with the workspace that all its products share: they must run one after the other, on one stream.</summary>
internal sealed unsafe class ProductLibrary : IDisposable
{
    /// <summary>What cuBLAS recommends for Hopper; less would do for older cards.</summary>
    public const long WorkspaceBytes = 32L << 20;

    private readonly DeviceMemory workspace;
    private readonly int[] buckets;
    private nint handle;

    /// <param name="context">The device.</param>
    /// <param name="buckets">Numbers of rows that products will have, ascending.</param>
    /// <param name="epilogue">The kernel product_epilogue; null where every product has a fused form (tests).</param>
    public ProductLibrary(CudaContext context, IEnumerable<int> buckets, Kernel? epilogue)
    {
        Context = context;
        Epilogue = epilogue;
        this.buckets = [.. buckets];
        workspace = new DeviceMemory(context, WorkspaceBytes, "the matrix products' workspace");
        try
        {
            fixed (nint* made = &handle)
                context.CheckProduct(Api.Create(made), "opening cuBLASLt");
        }
        catch
        {
            workspace.Dispose();
            throw;
        }
    }

    /// <summary>13.0.2 as "13.0.2".</summary>
    public string Version
    {
        get
        {
            nuint version = Api.GetVersion();
            return string.Create(CultureInfo.InvariantCulture, $"{version / 10000}.{version / 100 % 100}.{version % 100}");
        }
    }

    public CudaContext Context { get; }

    public IReadOnlyList<int> Buckets => buckets;

    internal CublasLt Api => Context.Libraries.CublasLt;

    internal nint Handle => handle;

    internal nint Workspace => workspace.Address;

    internal Kernel? Epilogue { get; }

    /// <summary>Prepares a product: one algorithm for all buckets.</summary>
    /// <param name="spec">Sizes and types.</param>
    /// <param name="weights">W on the device, at a multiple of 256.</param>
    /// <param name="bias">The bias on the device, of y's type, at a multiple of 256; 0 where the spec has none.</param>
    /// <exception cref="CudaUnavailableException">cuBLASLt has no algorithm that takes every bucket.</exception>
    public Product Create(ProductSpec spec, nint weights, nint bias)
    {
        spec.Validate();
        if (spec.Bias == (bias == 0))
            throw new ArgumentException($"{spec.Name}: a bias where the product has one, and only there.", nameof(bias));
        bool[] forms = !spec.HasEpilogue || (spec.Separate && Epilogue != null) ? [false] : Epilogue == null ? [true] : [true, false];
        foreach (bool fused in forms)
        {
            ProductLayouts? layouts = new(this, spec, bias, fused);
            try
            {
                if (AlgorithmChoice.Find(this, layouts) is { } choice)
                {
                    var product = new Product(this, spec, layouts, choice, weights, bias);
                    layouts = null;
                    return product;
                }
            }
            finally
            {
                layouts?.Dispose();
            }
        }

        throw new CudaUnavailableException(
            $"cuBLASLt {Version} has no algorithm for {spec.Name} ({spec.Inputs} to {spec.Outputs}) that takes {buckets[0]} to {buckets[^1]} rows on {Context.About.Name}: another version may.");
    }

    public void Dispose()
    {
        if (handle == 0)
            return;
        Context.MakeCurrentToFree();
        _ = Api.Destroy(handle);
        handle = 0;
        workspace.Dispose();
    }
}
