using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>What each input does to its stream. Engine thread only.</summary>
internal sealed class InputHandler(
    StreamTable table, SessionKeeper keeper, FrameIntake frames, PatchIntake intake, SecondJudge judge, IEngineOutput output)
{
    /// <summary>Why an action on a stream that is not known is refused.</summary>
    public const string UnknownStream = "unknown-stream";

    /// <summary>Takes a snapshot that must not wait for its turn.</summary>
    public required Action<StreamSession> SnapshotNow { get; init; }

    public void Handle(in EngineInput input)
    {
        intake.InputStamp = input.GivenStamp;
        if (input.Kind == EngineInputKind.Frame)
            output.FrameDone(input, frames.Push(input));
        else if (input.Kind == EngineInputKind.Format)
            TakeFormat(input);
        else if (table.Find(input.Key) is { } session)
            Take(session, input);
        else if (input.Kind == EngineInputKind.Command)
            output.CommandDone(input, AlertActionResult.Refused(UnknownStream));
        if (input.Sequence == 0 || table.Find(input.Key) is not { } handled)
            return;
        handled.Sequence = Math.Max(handled.Sequence, input.Sequence);
        if (handled.WantsSnapshot)
            SnapshotNow(handled);
    }

    private void Take(StreamSession session, in EngineInput input)
    {
        switch (input.Kind)
        {
            case EngineInputKind.Status:
                TakeStatus(session, input);
                break;
            case EngineInputKind.Mark:
                frames.Raise(session, AlertKind.PatientMark, input.TimeNs, input.Sequence);
                break;
            case EngineInputKind.Clock:
                TakeClock(session, input);
                break;
            case EngineInputKind.Command:
                // What the operator saw were the seconds before.
                keeper.Settle(session);
                output.CommandDone(input, Obey(session, input));
                break;
            case EngineInputKind.Close:
                keeper.PutToSleep(session);
                Close(session, input);
                break;
        }
    }

    private void TakeFormat(in EngineInput input)
    {
        StreamFormat format = input.Format!;
        StreamSession? session = table.Find(input.Key) ?? table.Add(input.Key, format);
        if (session is null)
            return;
        session.LeadNames = input.LeadNames;
        session.Closed = false;
        if (FormatComparison.Same(session.Format, format))
            return;
        keeper.PutToSleep(session);
        session.Format = format;
        session.Positions = null;
    }

    private void TakeStatus(StreamSession session, in EngineInput input)
    {
        session.Online = input.Online;
        if (input.Online)
            judge.PolicyOf(session).Clear(AlertKind.DeviceOffline, 0, input.TimeNs, judge);
        else
            frames.Raise(session, AlertKind.DeviceOffline, input.TimeNs, input.Sequence);
    }

    /// <summary>A decision that data have overtaken is void.</summary>
    private void TakeClock(StreamSession session, in EngineInput input)
    {
        ClockEvents events = input.Clock;
        session.Asked &= ~events;
        if (events.HasFlag(ClockEvents.PastOver) && session.Past?.DataFrames == input.AfterData)
            keeper.EndPast(session);
        if (events.HasFlag(ClockEvents.Due))
        {
            keeper.Settle(session);
            session.Policy?.Tick(input.TimeNs, judge);
        }

        if (session.DataFrames != input.AfterData)
            return;
        if (events.HasFlag(ClockEvents.GiveUpHeld))
            session.Awake?.Signal.GiveUpHeld(intake.For(session));
        if (events.HasFlag(ClockEvents.NoData) && session is { Online: true, NoDataRaised: false })
        {
            session.NoDataRaised = true;
            frames.Raise(session, AlertKind.NoData, input.TimeNs, input.TimeNs);
        }

        if (events.HasFlag(ClockEvents.Sleep) && session.Awake is not null)
            keeper.Evict(session);
    }

    private AlertActionResult Obey(StreamSession session, in EngineInput input)
    {
        StreamCommand command = input.Command!;
        AlertPolicy policy = judge.PolicyOf(session);
        AlertActionResult result = command.Kind switch
        {
            StreamCommandKind.Acknowledge => policy.Acknowledge(command.AlertId, command.Action, judge),
            StreamCommandKind.Pause => policy.Pause(command.Alert, command.UntilNs, command.Action, judge),
            StreamCommandKind.Resume => policy.Resume(command.Alert, command.Action, judge),
            StreamCommandKind.Limits => policy.SetLimits(command.Limits, command.Action, judge),
            StreamCommandKind.Admit => policy.Admit(command.Action, judge),
            _ => policy.Discharge(command.Action, judge),
        };
        if (command.Kind == StreamCommandKind.Admit)
            session.Tracker?.Restart();
        // Rings and filters hold what is to be erased; the next snapshot must not.
        if (command is { Kind: StreamCommandKind.Discharge, Erase: true })
        {
            keeper.PutToSleep(session);
            session.WantsSnapshot = true;
        }

        if (session.Closed)
            Close(session, input);
        return result;
    }

    /// <summary>
    /// Nothing more is expected of the stream: its silence is no condition any more, and it is forgotten unless somebody still has to hear of its
    /// alerts. What was set for it goes with it.
    /// </summary>
    private void Close(StreamSession session, in EngineInput input)
    {
        session.Closed = true;
        session.NoDataRaised = false;
        session.Policy?.Clear(AlertKind.NoData, 0, input.TimeNs, judge);
        session.Policy?.Clear(AlertKind.DeviceOffline, 0, input.TimeNs, judge);
        if (session.Policy is { OpenKinds: not 0 } or { LatchedAlerts: > 0 })
            return;
        output.Closed(session.Key, Math.Max(session.Sequence, input.Sequence));
        table.Remove(session);
    }
}
