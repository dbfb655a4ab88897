namespace AnyEcg.Model.Tests;

/// <summary>An emulated card, opened, with two streams and some kernels that do what kernels must not.</summary>
internal sealed class CardRig : IDisposable
{
    private const string Kernels = """
        #include "platform.cuh"
        struct Pass { int* data; int at; int value; };
        KERNEL(write_at) { if (thread_index() == 0) p.data[p.at] = p.value; }
        KERNEL(add_to) { if (thread_index() == 0) p.data[p.at] += p.value; }
        KERNEL(lane_leaves) { if (thread_index() % 32 == 3) return; warp_sync(); }
        KERNEL(racing) {
          SHARED int all[128];
          all[thread_index()] = thread_index();
          warp_sync();
          p.data[thread_index()] = all[(thread_index() + 32) % 128];
        }
        """;

    private readonly KernelModule module;

    public CardRig(ulong seed = 1, ThreadOrder threads = ThreadOrder.Any)
    {
        Emulator = CudaEmulator.Open(seed, threads);
        Context = CudaContext.Open(CudaLibraries.Load([Emulator.Folder]));
        First = new CudaStream(Context);
        Second = new CudaStream(Context);
        Memory = new DeviceMemory(Context, 4000, "a test");
        Pinned = new PinnedMemory(Context, 4000, "a test");
        KernelCompiler compiler = new(Context.Libraries.Nvrtc, Context.About.Architecture);
        module = new KernelModule(Context, compiler.Compile(Sources(Kernels), compiler.Options([])));
    }

    public CudaEmulator Emulator { get; }

    public CudaContext Context { get; }

    public CudaStream First { get; }

    public CudaStream Second { get; }

    /// <summary>4,000 bytes.</summary>
    public DeviceMemory Memory { get; }

    /// <summary>4,000 bytes.</summary>
    public PinnedMemory Pinned { get; }

    public static KernelSources Sources(string main) =>
        new("test.cu", new Dictionary<string, string> { ["test.cu"] = main, ["platform.cuh"] = KernelSources.All.Files["platform.cuh"] });

    public void Launch(string kernel, CudaStream stream, nint data, int at = 0, int value = 7) =>
        module.Get(kernel).Launch(stream, 1, new Arguments(data, at, value));

    public int[] Read(int count)
    {
        int[] values = new int[count];
        Memory.Read(0, values.AsSpan());
        return values;
    }

    public void Dispose()
    {
        module.Dispose();
        Pinned.Dispose();
        Memory.Dispose();
        Second.Dispose();
        First.Dispose();
        Context.Dispose();
        Emulator.Dispose();
    }

    private readonly record struct Arguments(nint Data, int At, int Value);
}
