using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// What each input does to its stream, and what silence does. Engine thread only.
/// </summary>
internal sealed class InputHandler(
    EngineOptions options, StreamTable table, StepScheduler scheduler, SecondJudge judge, IEngineOutput output, TimeProvider time)
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(1);

    private readonly PatchIntake intake = new(judge.Pool, scheduler);
    private long lastSweep = time.GetTimestamp();
    private long listeningSince = time.GetTimestamp();
    private volatile bool listening = true;
    private volatile bool interrupted;

    public required EngineCounters Counters { get; init; }

    /// <summary>Runs one step of what is ready, whoever it belongs to.</summary>
    public required Func<bool> StepNow { get; init; }

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

    public void Handle(in EngineInput input)
    {
        switch (input.Kind)
        {
            case EngineInputKind.Frame:
                output.FrameDone(input, PushFrame(input));
                break;
            case EngineInputKind.Format:
                TakeFormat(input.Key, input.Format!);
                break;
            case EngineInputKind.Status when table.Find(input.Key) is { } session:
                TakeStatus(session, input);
                break;
            case EngineInputKind.Mark when table.Find(input.Key) is { } session:
                Raise(session, AlertKind.PatientMark, input.TimeNs, input.Sequence);
                break;
            case EngineInputKind.Close when table.Find(input.Key) is { } session:
                PutToSleep(session);
                table.Remove(session);
                break;
        }
    }

    /// <summary>Once a second: gives up held frames, raises 'no data', puts idle streams to sleep.</summary>
    public void SweepSilent()
    {
        TimeSpan since = time.GetElapsedTime(lastSweep);
        if (since >= TimeSpan.Zero && since < SweepPeriod)
            return;
        lastSweep = time.GetTimestamp();
        if (!listening)
            return;
        if (interrupted)
        {
            interrupted = false;
            listeningSince = lastSweep;
        }

        foreach (StreamSession session in table.Sessions)
            Sweep(session);
    }

    private static bool Longer(TimeSpan silent, TimeSpan limit) => limit != Timeout.InfiniteTimeSpan && silent >= limit;

    private FrameOutcome PushFrame(in EngineInput input)
    {
        if (table.Find(input.Key) is not { } session)
        {
            Counters.RejectedUnknownStream++;
            return FrameOutcome.Rejected;
        }

        if (session.Awake is null && !table.TryWake(session) && !WakeInPlaceOfIdlest(session))
        {
            Counters.RejectedNoSlot++;
            return FrameOutcome.Rejected;
        }

        FrameOutcome outcome = PushToSignal(session, session.Awake!, input.Frame!);
        if (outcome is FrameOutcome.Accepted or FrameOutcome.Held)
            NoteData(session, input.Frame!.ReceivedNs);
        return outcome;
    }

    /// <summary>Only what is new ends a silence: a device that repeats itself, or counts anew unnoticed, brings no data.</summary>
    private void NoteData(StreamSession session, long receivedNs)
    {
        session.LastFrameStamp = time.GetTimestamp();
        session.Awake!.HeldGivenUp = false;
        if (session.NoDataRaised)
        {
            session.NoDataRaised = false;
            judge.PolicyOf(session).Clear(AlertKind.NoData, 0, receivedNs, judge);
        }
    }

    private FrameOutcome PushToSignal(StreamSession session, AwakeState awake, EcgFrame frame)
    {
        uint deviceEpoch = frame.Epoch;
        frame.Epoch = unchecked(deviceEpoch + session.OwnEpochs);
        FrameOutcome outcome = awake.Signal.Push(frame, intake.For(session));
        frame.Epoch = deviceEpoch;
        if (awake.Signal.Clock.Jumps > awake.ClockJumps)
        {
            awake.ClockJumps = awake.Signal.Clock.Jumps;
            Raise(session, AlertKind.ClockJump, frame.ReceivedNs, frame.FirstSample);
        }

        if (outcome == FrameOutcome.Conflict)
        {
            Raise(session, AlertKind.KeyConflict, frame.ReceivedNs, frame.FirstSample);
            PutToSleep(session);
            session.OwnEpochs++;
        }

        return outcome;
    }

    private bool WakeInPlaceOfIdlest(StreamSession session)
    {
        if (table.Idlest() is not { } idlest)
            return false;
        Evict(idlest);
        return table.TryWake(session);
    }

    private void TakeFormat(StreamKey key, StreamFormat format)
    {
        if (table.Find(key) is not { } session)
        {
            table.Add(key, format);
        }
        else if (!FormatComparison.Same(session.Format, format))
        {
            PutToSleep(session);
            session.Format = format;
        }
    }

    private void TakeStatus(StreamSession session, in EngineInput input)
    {
        session.Online = input.Online;
        if (input.Online)
            judge.PolicyOf(session).Clear(AlertKind.DeviceOffline, 0, input.TimeNs, judge);
        else
            Raise(session, AlertKind.DeviceOffline, input.TimeNs, input.Sequence);
    }

    private void Raise(StreamSession session, AlertKind kind, long timeNs, long sequence)
    {
        uint epoch = session.Awake?.RingEpoch ?? 0;
        judge.PolicyOf(session).RaiseTechnical(new TechnicalEvent(kind, epoch, 0, timeNs, sequence), judge);
    }

    private void Sweep(StreamSession session)
    {
        TimeSpan silent = time.GetElapsedTime(Math.Max(session.LastFrameStamp, listeningSince));
        if (session.Awake is { HeldGivenUp: false } awake && Longer(silent, options.GiveUpHeldAfter))
        {
            awake.HeldGivenUp = true;
            awake.Signal.GiveUpHeld(intake.For(session));
        }

        if (session is { Online: true, NoDataRaised: false } && Longer(silent, options.NoDataAfter))
        {
            session.NoDataRaised = true;
            long now = judge.NowNs();
            Raise(session, AlertKind.NoData, now, now);
        }

        if (session.Awake is not null && Longer(silent, options.IdleTimeout))
            Evict(session);
    }

    private void Evict(StreamSession session)
    {
        Counters.Evictions++;
        PutToSleep(session);
    }

    /// <summary>Finishes what the stream has received, ends the alerts that its samples opened, and frees its slot.</summary>
    private void PutToSleep(StreamSession session)
    {
        if (session.Awake is not { } awake)
            return;
        awake.Signal.Finish(intake.For(session));
        while (awake.Backlog.Count > 0)
            StepNow();
        session.Policy?.ResetEpoch(judge);
        table.Sleep(session);
    }
}
