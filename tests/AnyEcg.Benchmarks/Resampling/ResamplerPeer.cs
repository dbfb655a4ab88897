using AnyEcg.Signal;

namespace AnyEcg.Benchmarks;

/// <summary>A streaming resampler of one lead from 360 to 300 Hz that keeps its state from chunk to chunk.</summary>
internal abstract class ResamplerPeer : IDisposable
{
    public const int FromHz = 360, ToHz = 300;

    public abstract string Name { get; }

    /// <summary>Takes samples; returns how many outputs it wrote. Room for one second more than they last is enough.</summary>
    public abstract int Push(ReadOnlySpan<float> input, Span<float> output);

    public abstract void Dispose();

    /// <summary>All that are installed: makers, for each measurement wants a fresh state.</summary>
    public static IReadOnlyList<Func<ResamplerPeer>> Installed()
    {
        List<Func<ResamplerPeer>> makers = [() => new OurResampler()];
        if (Samplerate.IsInstalled)
            makers.AddRange([() => new Samplerate(Samplerate.Medium, "medium"), () => new Samplerate(Samplerate.Fastest, "fastest")]);
        if (Soxr.IsInstalled)
            makers.AddRange([() => new Soxr(Soxr.Low, "low quality"), () => new Soxr(Soxr.High, "high quality")]);
        return makers;
    }
}

/// <summary>Ours, with the marks that travel beside the samples.</summary>
internal sealed class OurResampler : ResamplerPeer
{
    private readonly Resampler resampler = new(PolyphaseDesign.For(FromHz));
    private readonly SampleMarks[] marks = new SampleMarks[FromHz], outputMarks = new SampleMarks[2 * ToHz];

    public override string Name => "ours";

    public override int Push(ReadOnlySpan<float> input, Span<float> output) => resampler.Push(input, marks.AsSpan(0, input.Length), output, outputMarks);

    public override void Dispose()
    {
        // Managed memory only.
    }
}
