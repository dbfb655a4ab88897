using System.Buffers;
using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// Carries everything of a session out to bytes and back: what the stream is, its alerts and, while it is awake, its signal path,
/// the seconds that wait, and its key/value rings. Engine thread only.
/// </summary>
internal sealed class SessionState(StreamTable table, IModelRunner runner, StepScheduler scheduler, SecondJudge judge, EngineCounters counters)
{
    /// <summary>A waiting second is at most this many; the backlog's own bound is lower.</summary>
    private const int MostSeconds = 1 << 16;

    /// <summary>Far above the rings of any model.</summary>
    private const int MostRingBytes = 1 << 28;

    /// <exception cref="InvalidDataException">What is restored is damaged or of other settings.</exception>
    public void Exchange(StateExchange state, StreamSession session)
    {
        state.Landmark(0x5E551011);
        FormatState.Exchange(state, session);
        Facts(state, session);
        state.Object(session.Ledger);
        if (state.Value(session.Positions is not null))
            state.Object(session.Positions ??= new PositionTracker(session.Format.SampleRateHz));
        if (state.Value(session.Policy is not null))
            state.Object(judge.PolicyOf(session));
        if (state.Value(session.Tracker is not null))
            state.Object(judge.TrackerOf(session));
        if (state.Value(session.Awake is not null))
            Awake(state, session);
        if (state.Value(session.Past is not null))
        {
            session.Past ??= new StreamSession(session.Key, session.Format) { IsPast = true };
            Exchange(state, session.Past);
        }
    }

    /// <summary>Gives back what a session holds that could not be restored whole.</summary>
    public void Discard(StreamSession session)
    {
        if (session.Past is { } past)
            Discard(past);
        if (session.Awake is not { } awake)
            return;
        scheduler.Withdraw(session);
        runner.Close(awake.Slot);
        table.Forget(session);
    }

    private static void Facts(StateExchange state, StreamSession session)
    {
        session.Sequence = state.Value(session.Sequence);
        session.DataFrames = state.Value(session.DataFrames);
        session.Epoch = state.Value(session.Epoch);
        session.OwnEpochs = state.Value(session.OwnEpochs);
        session.Closed = state.Value(session.Closed);
        session.Online = state.Value(session.Online);
        session.NoDataRaised = state.Value(session.NoDataRaised);
    }

    private void Awake(StateExchange state, StreamSession session)
    {
        if (state.IsRestoring && !table.TryWake(session))
            throw new InvalidDataException("There is no free slot for a stream that had one.");
        AwakeState awake = session.Awake!;
        bool filled = state.Value(awake.RingEpoch is not null);
        uint epoch = state.Value(awake.RingEpoch ?? 0);
        awake.RingEpoch = filled ? epoch : null;
        awake.ClockJumps = state.Value(awake.ClockJumps);
        state.Object(awake.Signal);
        state.Object(awake.Beats);
        Rings(state, awake);
        Seconds(state, session, awake);
        state.Landmark(0xAA4E);
        if (state.IsRestoring)
            Inherit(session, awake);
    }

    private void Rings(StateExchange state, AwakeState awake)
    {
        int size = state.Count(state.IsRestoring ? 0 : runner.SnapshotSize(awake.Slot), MostRingBytes);
        byte[] rings = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            if (!state.IsRestoring)
                runner.Snapshot(awake.Slot, rings.AsSpan(0, size));
            state.Values(rings.AsSpan(0, size));
            if (state.IsRestoring && awake.RingEpoch is not null && !TryRestore(awake.Slot, rings.AsSpan(0, size)))
                awake.RingEpoch = null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rings);
        }
    }

    /// <summary>Rings of other weights mean nothing to these: the stream keeps all else, and the network begins to listen anew.</summary>
    private bool TryRestore(KvSlot slot, ReadOnlySpan<byte> rings)
    {
        try
        {
            runner.Restore(slot, rings);
            return true;
        }
        catch (InvalidDataException)
        {
            runner.Reset(slot);
            counters.RingsLost++;
            return false;
        }
    }

    private void Seconds(StateExchange state, StreamSession session, AwakeState awake)
    {
        int count = state.Count(awake.Backlog.Count, MostSeconds);
        for (int i = 0; i < count; i++)
        {
            if (!state.IsRestoring)
            {
                _ = state.Value(awake.Backlog.HasToken(i));
                state.Object(awake.Backlog[i]);
                continue;
            }

            bool token = state.Value(false);
            PatchSecond second = judge.Pool.Rent(session.Format.Leads.Count);
            state.Object(second);
            scheduler.Ready(session, second, given: null, skip: !token && second.Present != 0);
        }
    }

    /// <summary>What an earlier run has counted is not this one's; but what waits is.</summary>
    private void Inherit(StreamSession session, AwakeState awake)
    {
        if (session.IsPast)
            return;
        awake.Inherited = new SignalTotals();
        awake.Inherited.Add(awake.Signal.Counters.Aligner);
        counters.FramesRestored += awake.Signal.Counters.Aligner.Pending;
    }
}
