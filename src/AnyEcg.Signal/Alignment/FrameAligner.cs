namespace AnyEcg.Signal;

/// <summary>
/// Puts the frames of one stream in order: every device-rate sample of an epoch goes to the sink exactly once, as a sample or
/// as part of a gap. Engine thread only.
/// </summary>
public sealed class FrameAligner(StreamFormat format, AlignerOptions options)
{
    private bool started;
    private uint epoch;
    private long next;

    public AlignerOptions Options { get; } = options;

    public AlignerCounters Counters { get; } = new();

    /// <summary>Takes one frame, copying what must wait; the caller may reuse the frame afterwards.</summary>
    public FrameOutcome Push(EcgFrame frame, IAlignedSink sink)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(sink);
        Counters.Received++;
        if (frame.LeadCount != format.Leads.Count || frame.FirstSample < 0)
        {
            Counters.Rejected++;
            return FrameOutcome.Rejected;
        }

        if (!started || frame.Epoch > epoch)
        {
            (started, epoch, next) = (true, frame.Epoch, frame.FirstSample);
            sink.EpochStarted(epoch, next);
        }

        return Place(frame, sink);
    }

    /// <summary>Gives up waiting: the gaps before held frames become final and the held frames go down.</summary>
    public void GiveUpHeld(IAlignedSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        Counters.Pending = 0;
    }

    private FrameOutcome Place(EcgFrame frame, IAlignedSink sink)
    {
        long skip = next - frame.FirstSample;
        if (frame.Epoch < epoch || skip >= frame.SamplesPerLead)
        {
            Counters.Duplicate++;
            return FrameOutcome.Duplicate;
        }

        if (skip < 0)
        {
            sink.Gap(next, -skip);
            Counters.SamplesGap -= skip;
        }

        AlignedBlock block = new(frame, (int)Math.Max(0, skip));
        sink.Samples(block);
        next = block.FirstSample + block.Count;
        Counters.Accepted++;
        Counters.SamplesProcessed += block.Count;
        return FrameOutcome.Accepted;
    }
}
