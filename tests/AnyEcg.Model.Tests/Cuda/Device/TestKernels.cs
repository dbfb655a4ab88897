namespace AnyEcg.Model.Tests;

/// <summary>Kernels of a few lines on a card, emulated unless said otherwise: a device, its compiler, and a buffer of 256 floats that they work on.</summary>
internal sealed class TestKernels : IDisposable
{
    public const int Count = 256;

    private const string Text = """
        #include "pass.cuh"
        KERNEL(add_layer) { int i = block_index() * BLOCK_THREADS + thread_index(); p.x[i] += (float)p.layer; }
        KERNEL(twice) { int i = block_index() * BLOCK_THREADS + thread_index(); p.x[i] *= 2.0f; }
        """;

    private readonly CudaEmulator? card;
    private readonly DeviceMemory memory;

    public TestKernels(ulong seed = 1)
        : this(CudaEmulator.Open(seed))
    {
    }

    private TestKernels(CudaEmulator? card)
    {
        this.card = card;
        Context = CudaContext.Open(CudaLibraries.Load(card is null ? [] : [card.Folder]));
        Stream = new CudaStream(Context);
        Compiler = new KernelCompiler(Context.Libraries.Nvrtc, Context.About.Architecture);
        memory = new DeviceMemory(Context, Count * sizeof(float), "a test", cleared: true);
    }

    public static TestKernels OfCapability(int major, int minor)
    {
        CudaEmulator card = CudaEmulator.Open();
        card.SetCapability(major, minor);
        return new TestKernels(card);
    }

    /// <summary>On a real card.</summary>
    public static TestKernels OnCard() => new(null);

    public CudaEmulator Card => card ?? throw new InvalidOperationException("The card is a real one.");

    public CudaContext Context { get; }

    public CudaStream Stream { get; }

    public KernelCompiler Compiler { get; }

    public IReadOnlyList<string> Options => Compiler.Options(["BLOCK_THREADS=128", "FULL=1", "WINDOW=64"]);

    public Pass Pass(int layer) => new() { X = memory.Address, Layer = layer };

    public KernelModule Load(string? folder = null) => new KernelCache(folder).Load(Context, Compiler, Sources(Text), Options);

    public KernelModule LoadEpilogue(bool full) => new KernelCache(null).Load(
        Context, Compiler, Sources("#include \"epilogue.cuh\""), Compiler.Options(["BLOCK_THREADS=128", $"FULL={(full ? 1 : 0)}", "WINDOW=64"]));

    /// <summary>What the buffer holds, the same number in every place.</summary>
    public float Value()
    {
        Stream.Synchronize();
        float[] values = new float[Count];
        memory.Read<float>(0, values);
        return Assert.Single(values.Distinct());
    }

    public static KernelSources Sources(string text)
    {
        var files = KernelSources.All.Files.ToDictionary();
        files["test.cu"] = text;
        return new KernelSources("test.cu", files);
    }

    public void Dispose()
    {
        memory.Dispose();
        Stream.Dispose();
        Context.Dispose();
        card?.Dispose();
    }
}
