namespace AnyEcg.Signal;

/// <summary>
/// The signal path of one stream, from frames to seconds of patches: alignment, lead-off, resampling to 300 Hz, filters,
/// patches, QRS detection. Live and file recordings take this same path. Engine thread only.
/// </summary>
public sealed class StreamSignal : IAlignedSink
{
    private readonly FrameAligner aligner;
    private IPatchSink? output;

    public StreamSignal(StreamFormat format, StreamSignalOptions options)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(options);
        aligner = new FrameAligner(format, options.Aligner);
        Counters = new StreamSignalCounters(aligner.Counters);
    }

    public StreamSignalCounters Counters { get; }

    /// <summary>Takes one frame and emits the seconds that it completes; the caller may reuse the frame afterwards.</summary>
    public FrameOutcome Push(EcgFrame frame, IPatchSink sink)
    {
        output = sink;
        return aligner.Push(frame, this);
    }

    /// <summary>The stream is idle: gaps before held frames become final, and the held frames go down the path.</summary>
    public void GiveUpHeld(IPatchSink sink)
    {
        output = sink;
        aligner.GiveUpHeld(this);
    }

    void IAlignedSink.EpochStarted(uint epoch, long firstSample) => Counters.Restarts++;

    void IAlignedSink.Samples(in AlignedBlock block) => ArgumentNullException.ThrowIfNull(output);

    void IAlignedSink.Gap(long firstSample, long count) => ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
}
