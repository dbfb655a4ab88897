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

    public IModelRunner Runner => runner;

    /// <summary>Streams that are not over.</summary>
    public int Known => sessions.Values.Count(s => !s.Closed);

    public int Awake { get; private set; }

    /// <summary>Told of every stream that becomes known.</summary>
    public Action<StreamSession>? Added { get; set; }

    /// <summary>What an earlier run decided, for streams that are not known yet.</summary>
    public Dictionary<StreamKey, SkipDecisions> Skips { get; } = [];

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

        StreamSession session = new(key, format);
        Insert(session);
        return session;
    }

    /// <summary>Adds a session as it is.</summary>
    public void Insert(StreamSession session)
    {
        session.LastFrameStamp = time.GetTimestamp();
        session.Skips = Skips.Remove(session.Key, out SkipDecisions? skips) ? skips : session.Skips;
        sessions.Add(session.Key, session);
        Added?.Invoke(session);
    }

    /// <summary>Gives the stream a slot and a signal path; false when none is free.</summary>
    public bool TryWake(StreamSession session)
    {
        if (!runner.TryOpen(session.Format.Leads.Count, out KvSlot slot))
            return false;
        StreamBeats beats = new(session.Format.Leads.Count, judged: runner.Info.BeatJudge is not null);
        SampleLedger? ledger = session.IsPast ? null : session.Ledger;
        StreamSignal signal = new(session.Format, options.Signal) { Ledger = ledger };
        session.Awake = new AwakeState(signal, slot, beats, options.BacklogSeconds);
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
        if (!session.IsPast)
            counters.Closed.Add(awake);
        runner.Close(awake.Slot);
        session.Awake = null;
        session.Tracker = null;
        Awake--;
        if (session.Policy?.IsIdle == true)
            session.Policy = null;
    }

    /// <summary>The session's slot is closed and what it held is gone.</summary>
    public void Forget(StreamSession session)
    {
        session.Awake = null;
        Awake--;
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
