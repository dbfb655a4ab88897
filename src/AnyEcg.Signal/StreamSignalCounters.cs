namespace AnyEcg.Signal;

/// <summary>What a <see cref="StreamSignal"/> has counted since it was made.</summary>
public sealed class StreamSignalCounters(AlignerCounters aligner) : IStateful
{
    /// <summary>Frames and device-rate samples.</summary>
    public AlignerCounters Aligner { get; } = aligner;

    /// <summary>Seconds given to the sink.</summary>
    public long SecondsEmitted { get; internal set; }

    /// <summary>Of those, seconds without a token of any lead.</summary>
    public long SecondsEmpty { get; internal set; }

    /// <summary>Seconds of long losses that were jumped over and never emitted.</summary>
    public long SecondsJumped { get; internal set; }

    /// <summary>Times that resamplers and filters were started, the first one of an epoch included.</summary>
    public long Restarts { get; internal set; }

    /// <summary>Its own counts; those of the aligner are part of the aligner's state.</summary>
    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (SecondsEmitted, SecondsEmpty) = (state.Value(SecondsEmitted), state.Value(SecondsEmpty));
        (SecondsJumped, Restarts) = (state.Value(SecondsJumped), state.Value(Restarts));
    }
}
