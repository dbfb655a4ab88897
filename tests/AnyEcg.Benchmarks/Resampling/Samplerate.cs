using System.Runtime.InteropServices;

namespace AnyEcg.Benchmarks;

/// <summary>libsamplerate (Secret Rabbit Code), its streaming interface.</summary>
internal sealed unsafe partial class Samplerate : ResamplerPeer
{
    /// <summary>Converters, by the library's numbers.</summary>
    public const int Medium = 1, Fastest = 2;

    private const string Library = "libsamplerate.so.0";

    private readonly nint state;

    public Samplerate(int converter, string quality)
    {
        Name = $"libsamplerate, {quality}";
        state = New(converter, 1, out int error);
        if (state == 0)
            throw new InvalidOperationException($"libsamplerate: error {error}");
    }

    public static bool IsInstalled => NativeLibrary.TryLoad(Library, typeof(Samplerate).Assembly, DllImportSearchPath.SafeDirectories, out _);

    public override string Name { get; }

    public override int Push(ReadOnlySpan<float> input, Span<float> output)
    {
        int written = 0;
        fixed (float* from = input, to = output)
        {
            for (int taken = 0; taken < input.Length;)
            {
                Data data = new()
                {
                    Input = from + taken,
                    Output = to + written,
                    InputFrames = input.Length - taken,
                    OutputFrames = output.Length - written,
                    Ratio = (double)ToHz / FromHz,
                };
                if (Process(state, &data) is var error and not 0)
                    throw new InvalidOperationException($"libsamplerate: error {error}");
                taken += (int)data.InputFramesUsed;
                written += (int)data.OutputFramesGenerated;
            }
        }

        return written;
    }

    public override void Dispose() => Delete(state);

    [LibraryImport(Library, EntryPoint = "src_new")]
    private static partial nint New(int converter, int channels, out int error);

    [LibraryImport(Library, EntryPoint = "src_process")]
    private static partial int Process(nint state, Data* data);

    [LibraryImport(Library, EntryPoint = "src_delete")]
    private static partial nint Delete(nint state);

    /// <summary>SRC_DATA; "long" of C as 64-bit Unix has it.</summary>
    private struct Data
    {
        public float* Input;
        public float* Output;
        public long InputFrames;
        public long OutputFrames;
        public long InputFramesUsed;
        public long OutputFramesGenerated;
        public int EndOfInput;
        public double Ratio;
    }
}
