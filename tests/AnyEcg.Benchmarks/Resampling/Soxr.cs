using System.Runtime.InteropServices;

namespace AnyEcg.Benchmarks;

/// <summary>libsoxr, its streaming interface.</summary>
internal sealed unsafe partial class Soxr : ResamplerPeer
{
    /// <summary>Recipes, by the library's numbers.</summary>
    public const uint Low = 1, High = 4;

    private const string Library = "libsoxr.so.0";

    private readonly nint state;

    public Soxr(uint recipe, string quality)
    {
        Name = $"libsoxr, {quality}";
        Quality specification = QualityOf(new CULong(recipe), new CULong(0));
        state = Create(FromHz, ToHz, 1, out nint error, 0, &specification, 0);
        Check(error);
    }

    public static bool IsInstalled => NativeLibrary.TryLoad(Library, typeof(Soxr).Assembly, DllImportSearchPath.SafeDirectories, out _);

    public override string Name { get; }

    public override int Push(ReadOnlySpan<float> input, Span<float> output)
    {
        int written = 0;
        fixed (float* from = input, to = output)
        {
            for (int taken = 0; taken < input.Length;)
            {
                Check(Process(state, from + taken, (nuint)(input.Length - taken), out nuint used, to + written, (nuint)(output.Length - written), out nuint made));
                taken += (int)used;
                written += (int)made;
            }
        }

        return written;
    }

    public override void Dispose() => Delete(state);

    private static void Check(nint error)
    {
        if (error != 0)
            throw new InvalidOperationException($"libsoxr: {Marshal.PtrToStringUTF8(error)}");
    }

    [LibraryImport(Library, EntryPoint = "soxr_quality_spec")]
    private static partial Quality QualityOf(CULong recipe, CULong flags);

    [LibraryImport(Library, EntryPoint = "soxr_create")]
    private static partial nint Create(double inputRate, double outputRate, uint channels, out nint error, nint io, Quality* quality, nint runtime);

    [LibraryImport(Library, EntryPoint = "soxr_process")]
    private static partial nint Process(nint state, float* input, nuint inputLength, out nuint inputDone, float* output, nuint outputLength, out nuint outputDone);

    [LibraryImport(Library, EntryPoint = "soxr_delete")]
    private static partial void Delete(nint state);

    /// <summary>soxr_quality_spec_t.</summary>
    private struct Quality
    {
        public double Precision;
        public double PhaseResponse;
        public double PassbandEnd;
        public double StopbandBegin;
        public nint Engine;
        public CULong Flags;
    }
}
