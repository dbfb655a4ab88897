namespace AnyEcg.Signal;

/// <summary>What a <see cref="FrameAligner"/> has counted since it was made. Frames by outcome, samples per lead.</summary>
public sealed class AlignerCounters
{
    public long Received { get; internal set; }

    public long Accepted { get; internal set; }

    public long Duplicate { get; internal set; }

    public long Late { get; internal set; }

    public long Conflict { get; internal set; }

    public long Rejected { get; internal set; }

    /// <summary>Frames that wait now.</summary>
    public long Pending { get; internal set; }

    /// <summary>Samples per lead handed on.</summary>
    public long SamplesProcessed { get; internal set; }

    /// <summary>Samples per lead given up.</summary>
    public long SamplesGap { get; internal set; }

    /// <summary>Samples per lead trimmed because they were seen before.</summary>
    public long SamplesOverlap { get; internal set; }
}
