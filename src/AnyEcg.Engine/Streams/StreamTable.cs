using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// All streams that the engine knows, and who holds a slot. Waking opens a slot and a signal path; where no slot is free, the
/// stream that has been silent longest gives up its own. Engine thread only.
/// </summary>
internal sealed class StreamTable(EngineOptions options, IModelRunner runner, EngineCounters counters, TimeProvider time)
{
    private readonly Dictionary<StreamKey, StreamSession> sessions = [];
    private long? fullSince;

    public int Known => sessions.Count;

    public int Awake { get; private set; }

    public IEnumerable<StreamSession> Sessions => sessions.Values;

    public StreamSession? Find(StreamKey key) => sessions.GetValueOrDefault(key);

    /// <summary>Adds a stream; null, and counted, when too many are known and none of them sleeps without an open alert.</summary>
    public StreamSession? Add(StreamKey key, StreamFormat format)
    {
        if (sessions.Count >= options.MaxStreams && !ForgetOne())
        {
            counters.StreamsRefused++;
            return null;
        }

        StreamSession session = new(key, format) { LastFrameStamp = time.GetTimestamp() };
        sessions.Add(key, session);
        return session;
    }

    /// <summary>Gives the stream a slot and a signal path; false when none is free.</summary>
    public bool TryWake(StreamSession session)
    {
        if (!runner.TryOpen(session.Format.Leads.Count, out KvSlot slot))
            return false;
        StreamBeats beats = new(session.Format.Leads.Count, judged: runner.Info.BeatJudge is not null);
        session.Awake = new AwakeState(new StreamSignal(session.Format, options.Signal), slot, beats, options.BacklogSeconds);
        Awake++;
        fullSince = null;
        return true;
    }

    /// <summary>
    /// The awake stream that has been silent longest, if longer than what makes held frames final; null when there is none.
    /// Looks at all streams, hence at most once a second while all slots stay taken.
    /// </summary>
    public StreamSession? Idlest()
    {
        if (fullSince is { } since && time.GetElapsedTime(since) is var waited && waited >= TimeSpan.Zero && waited < TimeSpan.FromSeconds(1))
            return null;
        StreamSession? idlest = null;
        TimeSpan longest = options.GiveUpHeldAfter;
        foreach (StreamSession session in sessions.Values)
        {
            TimeSpan silent = time.GetElapsedTime(session.LastFrameStamp);
            if (session.Awake is null || longest == Timeout.InfiniteTimeSpan || silent <= longest)
                continue;
            idlest = session;
            longest = silent;
        }

        fullSince = idlest is null ? time.GetTimestamp() : null;
        return idlest;
    }

    /// <summary>Frees the slot and the signal path; the backlog must be empty.</summary>
    public void Sleep(StreamSession session)
    {
        if (session.Awake is not { } awake)
            return;
        counters.Closed.Add(awake.Signal.Counters.Aligner);
        runner.Close(awake.Slot);
        session.Awake = null;
        session.Tracker = null;
        Awake--;
        if (session.Policy?.OpenKinds == 0)
            session.Policy = null;
    }

    public void Remove(StreamSession session) => sessions.Remove(session.Key);

    private bool ForgetOne()
    {
        foreach (StreamSession session in sessions.Values)
        {
            if (session is { Awake: null, Policy: null })
                return sessions.Remove(session.Key);
        }

        return false;
    }
}
