using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>What the engine counts beside its streams' own counters. Engine thread only.</summary>
internal sealed class EngineCounters
{
    public AlertCounters Alerts { get; } = new();

    public DurationHistogram StepDuration { get; } = new();

    public DurationHistogram FrameToAlert { get; } = new();

    /// <summary>Sums of the signal paths that were closed.</summary>
    public SignalTotals Closed { get; } = new();

    public long RejectedUnknownStream { get; set; }

    public long RejectedNoSlot { get; set; }

    /// <summary>Frames that waited for earlier ones when their stream was restored.</summary>
    public long FramesRestored { get; set; }

    /// <summary>Streams whose rings could not be restored: they were of other weights.</summary>
    public long RingsLost { get; set; }

    /// <summary>Frames out of a device's store that filled a hole, and the samples per lead in them.</summary>
    public long FramesHistorical { get; set; }

    public long SamplesHistorical { get; set; }

    /// <summary>New epochs that the time of a stream without sample counts has opened.</summary>
    public long ClockRestarts { get; set; }

    /// <summary>Samples per lead that late blocks without sample counts had no room for.</summary>
    public long SamplesCut { get; set; }

    public long PatchesEmitted { get; set; }

    public long PatchesScored { get; set; }

    public long PatchesSkipped { get; set; }

    public long SecondsObserved { get; set; }

    public long Evictions { get; set; }

    public long StreamsRefused { get; set; }

    public long Steps { get; set; }

    public long StepRows { get; set; }

    public long StepTokens { get; set; }
}

/// <summary>Sums of the aligners' counters over signal paths.</summary>
internal sealed class SignalTotals
{
    public long Accepted { get; private set; }

    public long Duplicate { get; private set; }

    public long Late { get; private set; }

    public long Conflict { get; private set; }

    public long Rejected { get; private set; }

    public long Pending { get; private set; }

    public long Processed { get; private set; }

    public long Gap { get; private set; }

    public long Overlap { get; private set; }

    /// <summary>What this run has counted on a path: what the path was restored with is an earlier run's, but for what waits.</summary>
    public void Add(AwakeState awake)
    {
        Add(awake.Signal.Counters.Aligner);
        if (awake.Inherited is not { } past)
            return;
        Accepted -= past.Accepted;
        Duplicate -= past.Duplicate;
        Late -= past.Late;
        Conflict -= past.Conflict;
        Rejected -= past.Rejected;
        Processed -= past.Processed;
        Gap -= past.Gap;
        Overlap -= past.Overlap;
    }

    public void Add(AlignerCounters c)
    {
        Accepted += c.Accepted;
        Duplicate += c.Duplicate;
        Late += c.Late;
        Conflict += c.Conflict;
        Rejected += c.Rejected;
        Pending += c.Pending;
        Processed += c.SamplesProcessed;
        Gap += c.SamplesGap;
        Overlap += c.SamplesOverlap;
    }

    public SignalTotals Copy() => (SignalTotals)MemberwiseClone();
}
