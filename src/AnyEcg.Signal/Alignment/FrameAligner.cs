namespace AnyEcg.Signal;

/// <summary>
/// Puts the frames of one stream in order: every device-rate sample of an epoch goes to the sink exactly once, as a sample or
/// as part of a gap, whatever is repeated, overlaps or comes out of order within the tolerance. A frame ahead of a hole waits;
/// a missing sample becomes part of a gap once data more than the tolerance after it have come. An epoch whose first frame
/// begins within the tolerance of sample 0 is taken to begin at 0, any other begins with its first frame.
/// Memory is fixed by the options. Engine thread only.
/// </summary>
public sealed class FrameAligner : IStateful
{
    /// <summary>Beyond this a count is nonsense, and sums of counts stay exact below it.</summary>
    private const long LargestSample = 1L << 52;

    private readonly int leads;
    private readonly int tolerance;
    private readonly double largestJump;
    private readonly SampleHistory history;
    private readonly HeldSamples held;
    private readonly RestartWatch restarts = new();
    private bool started;

    public FrameAligner(StreamFormat format, AlignerOptions options)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.ReorderTolerance.Ticks);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.History.Ticks);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxHeldFrames, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxHeldFrames, 4096);
        Options = options;
        leads = format.Leads.Count;
        tolerance = (int)Math.Ceiling(options.ReorderTolerance.TotalSeconds * format.SampleRateHz);
        largestJump = options.LargestJump.TotalSeconds * format.SampleRateHz;
        history = new SampleHistory((int)Math.Ceiling(options.History.TotalSeconds * format.SampleRateHz));
        held = new HeldSamples(leads, Math.Max(1, tolerance), options.MaxHeldFrames);
    }

    public AlignerOptions Options { get; }

    public AlignerCounters Counters { get; } = new();

    /// <summary>Whether a frame has opened an epoch.</summary>
    public bool Started => started;

    /// <summary>Epoch of the live stream.</summary>
    public uint Epoch { get; private set; }

    /// <summary>First sample that has not gone down yet, as a sample or as part of a gap.</summary>
    public long NextSample => history.End;

    /// <summary>The samples that differed, for the last frame answered with <see cref="FrameOutcome.Conflict"/>.</summary>
    public SampleRange LastConflict { get; private set; }

    /// <summary>Takes one frame, copying what must wait; the caller may reuse the frame afterwards.</summary>
    public FrameOutcome Push(EcgFrame frame, IAlignedSink sink)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(sink);
        Counters.Received++;
        if (IsRejected(frame))
        {
            return FrameOutcome.Rejected;
        }

        if (!started || frame.Epoch > Epoch)
        {
            Start(frame, sink);
        }

        FrameOutcome outcome = frame.Epoch < Epoch ? FrameOutcome.Late : Judge(frame, sink);
        Counters.Accepted += outcome == FrameOutcome.Accepted ? 1 : 0;
        Counters.Duplicate += outcome == FrameOutcome.Duplicate ? 1 : 0;
        Counters.Late += outcome == FrameOutcome.Late ? 1 : 0;
        Counters.Conflict += outcome == FrameOutcome.Conflict ? 1 : 0;
        return outcome;
    }

    /// <summary>Gives up waiting: the gaps before held frames become final and the held frames go down.</summary>
    public void GiveUpHeld(IAlignedSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        while (held.Count > 0)
        {
            Flow(held.First(NextSample), sink);
        }
    }

    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Setting(tolerance);
        state.Object(Counters);
        state.Value(ref started);
        if (!started)
        {
            return;
        }

        Epoch = state.Value(Epoch);
        LastConflict = new SampleRange(state.Value(LastConflict.Epoch), state.Value(LastConflict.First), state.Value(LastConflict.Count));
        state.Object(history);
        state.Object(held);
        state.Object(restarts);
    }

    private bool IsRejected(EcgFrame frame)
    {
        bool wrongLeads = frame.LeadCount != leads;
        bool wrongPosition = !wrongLeads && frame.FirstSample is < 0 or > LargestSample;
        bool wrongJump = !wrongLeads && !wrongPosition && started && frame.Epoch == Epoch
            && frame.FirstSample - NextSample > largestJump;
        Counters.RejectedLeads += wrongLeads ? 1 : 0;
        Counters.RejectedPosition += wrongPosition ? 1 : 0;
        Counters.RejectedJump += wrongJump ? 1 : 0;
        return wrongLeads || wrongPosition || wrongJump;
    }

    private void Start(EcgFrame frame, IAlignedSink sink)
    {
        GiveUpHeld(sink);
        long first = frame.FirstSample <= tolerance ? 0 : frame.FirstSample;
        (started, Epoch) = (true, frame.Epoch);
        history.Reset(first);
        restarts.Reset();
        sink.EpochStarted(Epoch, first);
    }

    private FrameOutcome Judge(EcgFrame frame, IAlignedSink sink)
    {
        FrameCheck check = FrameCheck.Of(frame, history, held, tolerance);
        if (check.IsConflict)
        {
            return Conflict(check.ConflictFirst, check.ConflictEnd - check.ConflictFirst);
        }

        if (check.Fresh == 0 && check.Late == 0)
        {
            return FrameOutcome.Duplicate;
        }

        if (check.Fresh == 0)
        {
            return restarts.IsRestart(frame) ? Conflict(frame.FirstSample, frame.SamplesPerLead) : FrameOutcome.Late;
        }

        restarts.Note(frame);
        Counters.SamplesOverlap += check.Known;
        Counters.SamplesLate += check.Late;
        return Place(frame, sink);
    }

    private FrameOutcome Conflict(long first, long count)
    {
        LastConflict = new SampleRange(Epoch, first, count);
        return FrameOutcome.Conflict;
    }

    private FrameOutcome Place(EcgFrame frame, IAlignedSink sink)
    {
        long end = frame.FirstSample + frame.SamplesPerLead;
        while (frame.FirstSample > NextSample && (end - NextSample > tolerance || held.IsFull))
        {
            // Only what is older than the tolerance is given up: a frame after the lost one may itself be on its way.
            long due = Math.Min(frame.FirstSample, held.Count > 0 ? held.First(NextSample) : long.MaxValue);
            Flow(held.IsFull ? due : Math.Min(due, end - tolerance), sink);
        }

        if (frame.FirstSample > NextSample)
        {
            held.Store(frame);
            Counters.Pending++;
            return FrameOutcome.Held;
        }

        AlignedBlock block = new(frame, (int)(NextSample - frame.FirstSample));
        Pass(block, sink);
        Flow(NextSample, sink);
        return FrameOutcome.Accepted;
    }

    /// <summary>Gives up everything before <paramref name="from"/>, then hands on what is held from there without a hole.</summary>
    private void Flow(long from, IAlignedSink sink)
    {
        long hole = from - NextSample;
        if (hole > 0)
        {
            sink.Gap(NextSample, hole);
            Counters.SamplesGap += hole;
            history.AddGap(hole);
        }

        while (held.Has(NextSample))
        {
            Pass(held.Block(held.Run(NextSample)), sink);
        }
    }

    private void Pass(in AlignedBlock block, IAlignedSink sink)
    {
        sink.Samples(block);
        history.Add(block, leads);
        Counters.SamplesProcessed += block.Count;
        int finished = held.Free(block.FirstSample, block.Count);
        Counters.Accepted += finished;
        Counters.Pending -= finished;
    }
}
