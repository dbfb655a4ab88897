using System.Globalization;

namespace AnyEcg.Model;

/// <summary>cuBLASLt, opened on one device, with the workspace that all its products share: they must run one after the other, on one stream.</summary>
internal sealed unsafe class ProductLibrary : IDisposable
{
    /// <summary>What cuBLAS recommends for Hopper; less would do for older cards.</summary>
    public const long WorkspaceBytes = 32L << 20;

    private readonly DeviceMemory workspace;
    private readonly int[] buckets;
    private readonly Dictionary<(ProductSpec, bool), AlgorithmChoice?> choices = [];
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

    /// <summary>Prepares a product: finds its algorithms, which have run once for every bucket when this returns. One algorithm for all wherever there is one.</summary>
    /// <param name="spec">Sizes and types.</param>
    /// <param name="weights">W on the device, at a multiple of 256.</param>
    /// <param name="bias">The bias on the device, of y's type, at a multiple of 256; 0 where the spec has none.</param>
    /// <exception cref="CudaUnavailableException">cuBLASLt has no algorithm for some bucket.</exception>
    /// <exception cref="CudaFaultException">The device failed, or has no memory to try the product out.</exception>
    public Product Create(ProductSpec spec, nint weights, nint bias)
    {
        spec.Validate();
        if (spec.Bias == (bias == 0))
            throw new ArgumentException($"{spec.Name}: a bias where the product has one, and only there.", nameof(bias));
        foreach (bool fused in Forms(spec))
        {
            ProductLayouts? layouts = new(this, spec, bias, fused);
            try
            {
                if (Choose(spec, layouts, weights) is { } choice)
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
            $"cuBLASLt {Version} has no algorithm for {spec.Name} ({spec.Inputs} to {spec.Outputs}) on {Context.About.Name} for some number of rows from {buckets[0]} to {buckets[^1]}: another version may.");
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

    /// <summary>With bias and GELU within the product, or behind it: in which order the two are tried.</summary>
    private bool[] Forms(ProductSpec spec)
    {
        bool separate = spec.Separate ?? (spec.Gelu && Context.About.Major != 9);
        return !spec.HasEpilogue || (separate && Epilogue != null) ? [false] : Epilogue == null ? [true] : [true, false];
    }

    /// <summary>Layers have the same sizes, and products of the same sizes the same algorithms: they are sought once.</summary>
    private AlgorithmChoice? Choose(ProductSpec spec, ProductLayouts layouts, nint weights)
    {
        var key = (spec with { Name = "" }, layouts.IsFused);
        if (!choices.TryGetValue(key, out AlgorithmChoice? choice))
        {
            using var trial = new ProductTrial(this, spec, weights);
            choices[key] = choice = new AlgorithmSearch(this, layouts, trial).Find();
        }

        return choice;
    }
}
