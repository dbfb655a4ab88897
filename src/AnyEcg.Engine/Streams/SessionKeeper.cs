using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>Wakes sessions and puts them to sleep. Engine thread only.</summary>
internal sealed class SessionKeeper(StreamTable table, SecondJudge judge, PatchIntake intake, EngineCounters counters, Func<bool> stepNow)
{
    /// <summary>Asks for a clock event of a stream; it may have been handled when this returns.</summary>
    public required Action<StreamSession, ClockEvents> Ask { get; init; }

    /// <summary>Gives the session a slot; where none is free, the stream that has been silent longest is asked for its own.</summary>
    public bool TryWake(StreamSession session)
    {
        if (session.Awake is not null || table.TryWake(session))
            return true;
        if (table.Idlest() is not { } idlest)
            return false;
        Ask(idlest, ClockEvents.Sleep);
        return table.TryWake(session);
    }

    /// <summary>All seconds that are ready are judged: what comes now comes after them, however the steps were cut.</summary>
    public void Settle(StreamSession session)
    {
        while (session.Awake is { Backlog.Count: > 0 })
            stepNow();
    }

    /// <summary>Finishes what the stream has received, ends the alerts that its samples opened, and frees its slot.</summary>
    public void PutToSleep(StreamSession session)
    {
        EndPast(session);
        if (session.Awake is not { } awake)
            return;
        awake.Signal.Finish(intake.For(session));
        Settle(session);
        session.Policy?.ResetEpoch(judge);
        table.Sleep(session);
        session.WantsSnapshot = true;
    }

    /// <summary>The stream was idle, or its slot was needed.</summary>
    public void Evict(StreamSession session)
    {
        counters.Evictions++;
        PutToSleep(session);
    }

    /// <summary>What came out of the device's store is judged to its end.</summary>
    public void EndPast(StreamSession session)
    {
        if (session.Past is not { } past)
            return;
        PutToSleep(past);
        session.Past = null;
        session.WantsSnapshot = true;
    }
}
