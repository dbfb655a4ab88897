namespace AnyEcg.Signal;

/// <summary>
/// What a <see cref="FrameAligner"/> has counted since it was made. Frames by outcome, samples per lead. Always:
/// received = accepted + duplicate + late + conflict + rejected + pending.
/// </summary>
public sealed class AlignerCounters : IStateful
{
    public long Received { get; internal set; }

    public long Accepted { get; internal set; }

    public long Duplicate { get; internal set; }

    public long Late { get; internal set; }

    public long Conflict { get; internal set; }

    /// <summary>All rejected frames: the sum of the three reasons.</summary>
    public long Rejected => RejectedLeads + RejectedPosition + RejectedJump;

    /// <summary>Rejected: not as many leads as the stream has.</summary>
    public long RejectedLeads { get; internal set; }

    /// <summary>Rejected: a first sample below zero or beyond any count.</summary>
    public long RejectedPosition { get; internal set; }

    /// <summary>Rejected: further ahead than <see cref="AlignerOptions.LargestJump"/>.</summary>
    public long RejectedJump { get; internal set; }

    /// <summary>Frames that wait now.</summary>
    public long Pending { get; internal set; }

    /// <summary>Samples per lead handed on.</summary>
    public long SamplesProcessed { get; internal set; }

    /// <summary>Samples per lead given up.</summary>
    public long SamplesGap { get; internal set; }

    /// <summary>Samples per lead trimmed because they were seen before, with the same values.</summary>
    public long SamplesOverlap { get; internal set; }

    /// <summary>Samples per lead trimmed off frames that were otherwise taken: given up before, or too old to compare.</summary>
    public long SamplesLate { get; internal set; }

    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (Received, Accepted, Duplicate) = (state.Value(Received), state.Value(Accepted), state.Value(Duplicate));
        (Late, Conflict, Pending) = (state.Value(Late), state.Value(Conflict), state.Value(Pending));
        (RejectedLeads, RejectedPosition, RejectedJump) = (state.Value(RejectedLeads), state.Value(RejectedPosition), state.Value(RejectedJump));
        (SamplesProcessed, SamplesGap) = (state.Value(SamplesProcessed), state.Value(SamplesGap));
        (SamplesOverlap, SamplesLate) = (state.Value(SamplesOverlap), state.Value(SamplesLate));
    }
}
