using System.Runtime.InteropServices;
using System.Text;

namespace AnyEcg.Model.Tests;

/// <summary>
/// One emulated card: a folder that holds driver, NVRTC and cuBLASLt under their names, and what a test may ask of the card. Each instance is a card
/// of its own, so that tests may run side by side. The library stays loaded until the process ends; the folder goes with the instance.
/// </summary>
internal sealed unsafe class CudaEmulator : IDisposable
{
    private static int count;
    private readonly nint library;

    private CudaEmulator(string folder, nint library)
    {
        Folder = folder;
        this.library = library;
    }

    /// <summary>For <see cref="CudaModelOptions.Libraries"/> or <see cref="CudaLibraries.Load"/>.</summary>
    public string Folder { get; }

    /// <summary>Objects of the driver and of cuBLASLt that were made and not given back.</summary>
    public long Live => ((delegate* unmanaged<long>)Function("aecg_live"))();

    /// <summary>Those that were alive when the context was given back.</summary>
    public long Leaked => ((delegate* unmanaged<long>)Function("aecg_leaked"))();

    /// <summary>What <see cref="Live"/> counts, in words; nothing where nothing is alive.</summary>
    public string Alive => Text("aecg_alive");

    /// <summary>What a kernel or copy did that a card would have reported by a number.</summary>
    public string Message => Text("aecg_message");

    /// <summary>Kernels run so far.</summary>
    public ulong Launches => ((delegate* unmanaged<ulong>)Function("aecg_launches"))();

    /// <summary>Bytes of device memory in use.</summary>
    public ulong UsedBytes => ((delegate* unmanaged<ulong>)Function("aecg_used"))();

    /// <param name="seed">Of the order of streams and threads.</param>
    /// <param name="threads">The order in which threads and blocks advance.</param>
    public static CudaEmulator Open(ulong seed = 1, ThreadOrder threads = ThreadOrder.Any)
    {
        string folder = Path.Combine(EmulatorBuild.Folder, "cards", $"{Environment.ProcessId}-{Interlocked.Increment(ref count)}");
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, LibraryNames.Driver.Linux[0]);
        File.Copy(EmulatorBuild.Library, file, overwrite: true);
        foreach (string name in LibraryNames.Nvrtc.Linux.Concat(LibraryNames.CublasLt.Linux))
            File.CreateSymbolicLink(Path.Combine(folder, name), file);
        CudaEmulator emulator = new(folder, NativeLibrary.Load(file));
        emulator.SetSeed(seed);
        emulator.SetThreadOrder(threads);
        return emulator;
    }

    public void SetSeed(ulong seed) => ((delegate* unmanaged<ulong, void>)Function("aecg_set_seed"))(seed);

    public void SetThreadOrder(ThreadOrder order) => ((delegate* unmanaged<int, void>)Function("aecg_set_order"))((int)order);

    /// <summary>Size of the device's memory; 8 GiB if nothing is said.</summary>
    public void SetMemory(ulong bytes) => ((delegate* unmanaged<ulong, void>)Function("aecg_set_memory"))(bytes);

    /// <summary>Compute capability; 9.0 if nothing is said.</summary>
    public void SetCapability(int major, int minor) => ((delegate* unmanaged<int, int, void>)Function("aecg_set_capability"))(major, minor);

    public void SetDevices(int number) => ((delegate* unmanaged<int, void>)Function("aecg_set_devices"))(number);

    /// <summary>What CUDA the driver speaks; 12040 if nothing is said.</summary>
    public void SetDriverVersion(int version) => ((delegate* unmanaged<int, void>)Function("aecg_set_driver"))(version);

    /// <summary>Whether cuBLASLt knows products with a bias or GELU; where not, its heuristic answers 15 (not supported).</summary>
    public void SetEpilogues(bool known) => ((delegate* unmanaged<int, void>)Function("aecg_set_epilogues"))(known ? 1 : 0);

    /// <summary>Whether each of cuBLASLt's algorithms takes but the number of rows that it was proposed for, and refuses others when it is checked or run.</summary>
    public void SetChoosyAlgorithms(bool choosy) => ((delegate* unmanaged<int, void>)Function("aecg_set_choosy"))(choosy ? 1 : 0);

    /// <summary>One call of a function answers with a code of its library, after a number of calls that go well.</summary>
    /// <param name="function">The exported name: cuMemAlloc_v2.</param>
    /// <param name="code">CUresult, nvrtcResult or cublasStatus_t.</param>
    /// <param name="after">Calls that go well before; below 0: no call goes well.</param>
    public void Fail(string function, int code, int after = 0)
    {
        fixed (byte* name = Encoding.ASCII.GetBytes(function + '\0'))
            ((delegate* unmanaged<byte*, int, int, void>)Function("aecg_fail"))(name, after, code);
    }

    /// <summary>Takes back every <see cref="Fail"/>.</summary>
    public void Heal() => ((delegate* unmanaged<void>)Function("aecg_heal"))();

    /// <summary>The device is lost: every later call answers with the code, until the context has been given back.</summary>
    public void Lose(int code) => ((delegate* unmanaged<int, void>)Function("aecg_lose"))(code);

    public void Dispose()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private nint Function(string name) => NativeLibrary.GetExport(library, name);

    private string Text(string function)
    {
        byte[] buffer = new byte[4096];
        fixed (byte* start = buffer)
            _ = ((delegate* unmanaged<byte*, int, int>)Function(function))(start, buffer.Length);
        return Encoding.UTF8.GetString(buffer, 0, Array.IndexOf(buffer, (byte)0));
    }
}

/// <summary>How the emulated card's threads and blocks take turns.</summary>
internal enum ThreadOrder
{
    Forward,
    Reverse,
    Random,

    /// <summary>Another of the three for every launch.</summary>
    Any,
}
