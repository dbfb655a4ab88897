using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>What a frame does to its stream. Engine thread only.</summary>
internal sealed class FrameIntake(
    StreamTable table, SessionKeeper keeper, PatchIntake intake, SecondJudge judge, IEngineOutput output, EngineCounters counters)
{
    private readonly PastIntake pasts = new(keeper, intake, counters);

    /// <summary>The session's clock of silences.</summary>
    public required Func<long> Stamp { get; init; }

    public FrameOutcome Push(in EngineInput input)
    {
        if (table.Find(input.Key) is not { Closed: false } session)
        {
            counters.RejectedUnknownStream++;
            return FrameOutcome.Rejected;
        }

        if (session.Skips?.TakeFrame(input.Sequence) == true || !keeper.TryWake(session))
        {
            counters.RejectedNoSlot++;
            output.FrameSkipped(session.Key, input.Sequence);
            return FrameOutcome.Rejected;
        }

        EcgFrame frame = input.Frame!;
        if (frame.FirstSample == EcgFrame.Unplaced && frame.DeviceTimeMark != DeviceTimeMark.None)
            Place(session, frame);
        FrameOutcome outcome = PushToSignal(session, session.Awake!, frame);
        if (outcome is FrameOutcome.Accepted or FrameOutcome.Held)
            NoteData(session, frame);
        return outcome;
    }

    /// <summary>Raises a technical alert of the stream.</summary>
    public void Raise(StreamSession session, AlertKind kind, long timeNs, long sequence) =>
        judge.PolicyOf(session).RaiseTechnical(new TechnicalEvent(kind, session.Epoch, 0, timeNs, sequence), judge);

    private void Place(StreamSession session, EcgFrame frame)
    {
        PositionTracker positions = session.Positions ??= new PositionTracker(session.Format.SampleRateHz);
        (uint restarts, long cut) = (positions.Restarts, positions.SamplesCut);
        positions.Place(frame);
        counters.ClockRestarts += positions.Restarts - restarts;
        counters.SamplesCut += positions.SamplesCut - cut;
    }

    /// <summary>Only what is new ends a silence: a device that repeats itself, or counts anew unnoticed, brings no data.</summary>
    private void NoteData(StreamSession session, EcgFrame frame)
    {
        session.LastFrameStamp = Stamp();
        session.DataFrames++;
        session.Epoch = unchecked(frame.Epoch + session.OwnEpochs);
        if (session.NoDataRaised)
        {
            session.NoDataRaised = false;
            judge.PolicyOf(session).Clear(AlertKind.NoData, 0, frame.ReceivedNs, judge);
        }
    }

    private FrameOutcome PushToSignal(StreamSession session, AwakeState awake, EcgFrame frame)
    {
        uint deviceEpoch = frame.Epoch;
        frame.Epoch = unchecked(deviceEpoch + session.OwnEpochs);
        FrameOutcome outcome = awake.Signal.Push(frame, intake.For(session));
        if (outcome == FrameOutcome.Late && pasts.TryTake(session, frame))
            outcome = FrameOutcome.Historical;
        frame.Epoch = deviceEpoch;
        if (awake.Signal.Clock.Jumps > awake.ClockJumps)
        {
            awake.ClockJumps = awake.Signal.Clock.Jumps;
            Raise(session, AlertKind.ClockJump, frame.ReceivedNs, frame.FirstSample);
        }

        if (outcome == FrameOutcome.Conflict)
        {
            Raise(session, AlertKind.KeyConflict, frame.ReceivedNs, frame.FirstSample);
            keeper.PutToSleep(session);
            session.OwnEpochs++;
        }

        return outcome;
    }
}
