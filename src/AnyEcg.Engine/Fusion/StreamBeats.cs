using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>What <see cref="BeatFinder"/> keeps of one stream from one second to the next. Engine thread only.</summary>
/// <param name="leadCount">Leads of the stream.</param>
/// <param name="judged">Whether candidates are described: needed by a judge, and to train one.</param>
public sealed class StreamBeats(int leadCount, bool judged) : IStateful
{
    internal BeatCarry Carry;

    internal BeatTracker? Tracker { get; } = judged ? new BeatTracker(leadCount) : null;

    /// <inheritdoc/>
    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Value(ref Carry.Epoch);
        state.Value(ref Carry.Second);
        state.Value(ref Carry.Started);
        state.Value(ref Carry.LastBin);
        state.Value(ref Carry.LastOffset);
        state.Value(ref Carry.LastBeat);
        if (Tracker is not null)
            state.Object(Tracker);
    }
}
