using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace AnyEcg.Model;

/// <summary>Compiles kernels with NVRTC: to machine code of the card where NVRTC knows the card, else to the newest PTX that suits it.</summary>
internal sealed unsafe class KernelCompiler
{
    private readonly Nvrtc nvrtc;

    public KernelCompiler(Nvrtc nvrtc, int architecture)
    {
        this.nvrtc = nvrtc;
        int major, minor;
        nvrtc.Check(nvrtc.Version(&major, &minor), "asking for NVRTC's version");
        Version = string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}");
        (Target, IsPtx) = Choose(architecture, Supported(nvrtc), Version);
    }

    public string Version { get; }

    /// <summary>Version and build.</summary>
    public string Identity => string.Create(CultureInfo.InvariantCulture, $"{Version} {nvrtc.FileBytes}");

    /// <summary>sm_90: machine code; compute_90: PTX, which the driver translates.</summary>
    public string Target { get; }

    public bool IsPtx { get; }

    /// <summary>The options of a compilation, all that its result depends on beside the sources and <see cref="Identity"/>.</summary>
    /// <param name="defines">NAME=VALUE.</param>
    /// <remarks>
    /// Products and sums are not contracted: the kernels say where they want one rounding, and code that stands in two kernels gives the same
    /// bits in both. What says of itself neither host nor device (a constexpr function, a lambda) is the device's: NVRTC takes no host code.
    /// </remarks>
    public IReadOnlyList<string> Options(IEnumerable<string> defines) =>
        [$"--gpu-architecture={Target}", "--std=c++17", "--fmad=false", "--device-as-default-execution-space", .. defines.Select(define => $"--define-macro={define}")];

    /// <exception cref="CudaFaultException">The sources do not compile; the message has NVRTC's log.</exception>
    public byte[] Compile(KernelSources sources, IReadOnlyList<string> options)
    {
        nint program = Create(sources);
        try
        {
            int status = NativeText.With(options, texts => nvrtc.CompileProgram(program, options.Count, (byte**)texts));
            if (status != 0)
                nvrtc.Check(status, $"compiling {sources.Main} for {Target}: {Log(program)}");
            return Image(program);
        }
        finally
        {
            nint done = program;
            _ = nvrtc.DestroyProgram(&done);
        }
    }

    /// <summary>The card's own machine code if it is known, else PTX of the greatest that is not above it.</summary>
    internal static (string Target, bool IsPtx) Choose(int architecture, int[] supported, string version)
    {
        if (supported.Contains(architecture))
            return ($"sm_{architecture}", false);
        int greatest = supported.Where(known => known <= architecture).DefaultIfEmpty(0).Max();
        return greatest >= 10 * CudaContext.LeastMajor
            ? ($"compute_{greatest}", true)
            : throw new CudaUnavailableException(
                $"NVRTC {version} compiles for {string.Join(", ", supported.Select(known => $"sm_{known}"))}: none suits a card of sm_{architecture}. Install another CUDA version's NVRTC.");
    }

    private static int[] Supported(Nvrtc nvrtc)
    {
        int count;
        nvrtc.Check(nvrtc.GetNumSupportedArchs(&count), "asking what NVRTC compiles for");
        int[] known = new int[Math.Max(1, count)];
        fixed (int* numbers = known)
            nvrtc.Check(nvrtc.GetSupportedArchs(numbers), "asking what NVRTC compiles for");
        return known[..count];
    }

    private nint Create(KernelSources sources)
    {
        string[] names = [.. sources.Files.Keys.Where(name => name != sources.Main)];
        string[] texts = [.. names.Select(name => sources.Files[name])];
        nint main = Marshal.StringToCoTaskMemUTF8(sources.Files[sources.Main]), title = Marshal.StringToCoTaskMemUTF8(sources.Main);
        try
        {
            nint program = 0;
            int status = NativeText.With(texts, headers => NativeText.With(names, included =>
            {
                nint made;
                int answer = nvrtc.CreateProgram(&made, (byte*)main, (byte*)title, names.Length, (byte**)headers, (byte**)included);
                program = made;
                return answer;
            }));
            nvrtc.Check(status, $"preparing {sources.Main}");
            return program;
        }
        finally
        {
            Marshal.FreeCoTaskMem(main);
            Marshal.FreeCoTaskMem(title);
        }
    }

    private byte[] Image(nint program)
    {
        nuint size;
        nvrtc.Check(IsPtx ? nvrtc.GetPtxSize(program, &size) : nvrtc.GetCubinSize(program, &size), "asking for the compiled kernels");
        byte[] image = new byte[size];
        fixed (byte* data = image)
            nvrtc.Check(IsPtx ? nvrtc.GetPtx(program, data) : nvrtc.GetCubin(program, data), "reading the compiled kernels");
        return image;
    }

    private string Log(nint program)
    {
        nuint size;
        if (nvrtc.GetProgramLogSize(program, &size) != 0 || size <= 1)
            return "no log";
        byte[] log = new byte[size];
        fixed (byte* data = log)
            return nvrtc.GetProgramLog(program, data) == 0 ? Encoding.UTF8.GetString(log).TrimEnd('\0', '\n') : "no log";
    }
}
