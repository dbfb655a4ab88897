using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>Everything that a runner has on a device, made in order and given back in the reverse order.</summary>
internal sealed class CudaEngine : IDisposable
{
    private readonly Stack<IDisposable> owned = new();
    private readonly NetworkConfig config;

    /// <param name="weights">The tensors; not kept.</param>
    /// <param name="heads">Heads to compute.</param>
    /// <param name="options">Sizes, and where libraries and compiled kernels are.</param>
    /// <exception cref="CudaUnavailableException">Something is missing.</exception>
    /// <exception cref="CudaFaultException">The device refused something; nothing of it is left.</exception>
    public CudaEngine(ModelWeights weights, ModelHeads heads, CudaModelOptions options)
    {
        config = weights.Config;
        try
        {
            Context = Own(CudaContext.Open(CudaLibraries.Load(options.Libraries), options.Device));
            Buckets = new CudaBuckets(CudaBuckets.MostTokens(config, Math.Min(options.MaxPassTokens, options.MaxTokens)));
            KernelCache cache = new(options.KernelCache.Length > 0 ? options.KernelCache : KernelCache.DefaultFolder);
            KernelCompiler compiler = new(Context.Libraries.Nvrtc, Context.About.Architecture);
            KernelModule module = Own(cache.Load(Context, compiler, KernelSources.All, compiler.Options(CudaLimits.Defines(config, options.FullPrecision))));
            Weights = Own(new CudaWeights(Context, weights, options.FullPrecision));
            ProductLibrary library = Own(new ProductLibrary(Context, Buckets.Sizes, module.Get("product_epilogue")));
            Products = Own(new CudaProducts(library, Weights));
            Trouble = string.Join(' ', new[] { cache.Trouble, Products.Trouble }.Where(part => part?.Length > 0));
            Work = Own(new CudaWork(Context, config, Buckets.Largest, options.FullPrecision));
            Buffers = [Own(new PassBuffers(Context, config, Buckets)), Own(new PassBuffers(Context, config, Buckets))];
            Compute = Own(new CudaStream(Context));
            CopyIn = Own(new CudaStream(Context));
            CopyOut = Own(new CudaStream(Context));
            Rings = Own(new CudaRings(Context, config, options));
            Staging = Own(new PinnedMemory(Context, CudaSnapshot.StagingBytes(Rings), "snapshots"));
            Step = Own(new CudaStep(new CudaStepParts(new CudaKernels(module), Products, Weights, Rings, Work, Buffers), config, heads, Buckets, Compute));
            TryOut();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public CudaContext Context { get; }

    public CudaBuckets Buckets { get; }

    public CudaWeights Weights { get; }

    public CudaProducts Products { get; }

    public CudaWork Work { get; }

    public PassBuffers[] Buffers { get; }

    public CudaRings Rings { get; }

    /// <summary>Locked memory that snapshots go through.</summary>
    public PinnedMemory Staging { get; }

    public CudaStep Step { get; }

    /// <summary>Where passes are computed, one after the other.</summary>
    public CudaStream Compute { get; }

    public CudaStream CopyIn { get; }

    public CudaStream CopyOut { get; }

    /// <summary>What is not as it should be, though it works: compiled kernels that are not kept, products of several algorithms; empty where nothing is.</summary>
    public string Trouble { get; }

    /// <summary>For tests: the final state of a token of the last pass.</summary>
    public float[] ReadState(int token)
    {
        int dim = config.Dim;
        float[] state = new float[dim];
        Context.MakeCurrent();
        if (Rings.NumberBytes == sizeof(float))
        {
            Work.Memory.Read<float>(Work.StatesOffset + (long)token * dim * sizeof(float), state);
            return state;
        }

        ushort[] upper = new ushort[dim];
        Work.Memory.Read<ushort>(Work.StatesOffset + (long)token * dim * sizeof(ushort), upper);
        return Array.ConvertAll(upper, bits => BitConverter.UInt32BitsToSingle((uint)bits << 16));
    }

    public void Dispose()
    {
        while (owned.TryPop(out IDisposable? one))
        {
            one.Dispose();
        }
    }

    /// <summary>Two passes of nothing, so that a card that cannot run them says so now: memory was cleared, so they have no row and no token.</summary>
    private void TryOut()
    {
        Step.Enqueue(0, 0, live: true, reconstruct: true);
        Step.Enqueue(0, 0, live: false, reconstruct: true);
        Compute.Synchronize();
    }

    private T Own<T>(T one)
        where T : IDisposable
    {
        owned.Push(one);
        return one;
    }
}
