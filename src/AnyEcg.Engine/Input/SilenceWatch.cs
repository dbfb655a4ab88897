using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// Once a second looks at every stream for what the clock has to do: give up held frames, raise 'no data', put idle streams to
/// sleep, end what came late, tell the alerts that time has passed. Decides only; what it decides comes back as an input
/// (<see cref="ClockEvents"/>). Engine thread only, but for <see cref="Listening"/>.
/// </summary>
internal sealed class SilenceWatch(EngineOptions options, StreamTable table, TimeProvider time)
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(1);

    private long lastSweep = time.GetTimestamp();
    private long listeningSince = time.GetTimestamp();
    private volatile bool listening = true;
    private volatile bool interrupted;

    /// <summary>Where decisions go; false: not now.</summary>
    public required Func<EngineInput, bool> Submit { get; init; }

    /// <summary>Whether what comes reaches the engine.</summary>
    public required Func<bool> Flowing { get; init; }

    /// <inheritdoc cref="StreamEngine.Listening"/>
    public bool Listening
    {
        get => listening;
        set
        {
            interrupted |= !value;
            listening = value;
        }
    }

    public void Sweep()
    {
        TimeSpan since = time.GetElapsedTime(lastSweep);
        if (since >= TimeSpan.Zero && since < SweepPeriod)
            return;
        lastSweep = time.GetTimestamp();
        interrupted |= !Flowing();
        if (!listening || !Flowing())
            return;
        if (interrupted)
        {
            interrupted = false;
            listeningSince = lastSweep;
        }

        long now = time.NowNs();
        foreach (StreamSession session in table.Sessions)
            Sweep(session, now);
    }

    /// <summary>Asks for a clock event, once until it comes back.</summary>
    public void Ask(StreamSession session, ClockEvents events, long nowNs)
    {
        events &= ~session.Asked;
        if (events == ClockEvents.None)
            return;
        session.Asked |= events;
        long after = events == ClockEvents.PastOver ? session.Past!.DataFrames : session.DataFrames;
        if (!Submit(EngineInput.OfClock(session.Key, events, nowNs, after)))
            session.Asked &= ~events;
    }

    private static bool Longer(TimeSpan silent, TimeSpan limit) => limit != Timeout.InfiniteTimeSpan && silent >= limit;

    /// <summary>A stream whose inputs wait for their turn is not silent.</summary>
    private TimeSpan SilenceOf(StreamSession session) =>
        session.Parked is { Count: > 0 } ? TimeSpan.Zero : time.GetElapsedTime(Math.Max(session.LastFrameStamp, listeningSince));

    private void Sweep(StreamSession session, long nowNs)
    {
        TimeSpan silent = SilenceOf(session);
        ClockEvents due = ClockEvents.None;
        if (Longer(silent, options.GiveUpHeldAfter) && session.Awake is { Signal.Counters.Aligner.Pending: > 0 })
            due |= ClockEvents.GiveUpHeld;
        if (Longer(silent, options.NoDataAfter) && session is { Online: true, NoDataRaised: false, Closed: false })
            due |= ClockEvents.NoData;
        if (Longer(silent, options.IdleTimeout) && session.Awake is not null)
            due |= ClockEvents.Sleep;
        if (session.Policy?.NextDueNs <= nowNs)
            due |= ClockEvents.Due;
        Ask(session, due, nowNs);
        if (session.Past is { } past && Longer(SilenceOf(past), options.PastOverAfter))
            Ask(session, ClockEvents.PastOver, nowNs);
    }
}
