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

        // Of a stream that is awake, what was skipped was late data: the live stream saw the frame.
        bool skipped = session.Skips?.TakeFrame(input.Sequence) == true;
        if ((skipped && session.Awake is null) || !keeper.TryWake(session))
        {
            counters.RejectedNoSlot++;
            output.FrameSkipped(session.Key, input.Sequence);
            return FrameOutcome.Rejected;
        }

        EcgFrame frame = input.Frame!;
        if (frame.FirstSample == EcgFrame.Unplaced && frame.DeviceTimeMark != DeviceTimeMark.None)
            Place(session, frame);
        uint deviceEpoch = frame.Epoch;
        frame.Epoch = unchecked(deviceEpoch + session.OwnEpochs);
        FrameOutcome outcome = PushToSignal(session, session.Awake!, frame);
        if (outcome == FrameOutcome.Late)
            outcome = TakePast(session, frame, skipped, input.Sequence);
        if (outcome is FrameOutcome.Accepted or FrameOutcome.Held)
            NoteData(session, frame);
        frame.Epoch = deviceEpoch;
        return outcome;
    }

    private FrameOutcome TakePast(StreamSession session, EcgFrame frame, bool skipped, long sequence)
    {
        PastOutcome outcome = skipped ? PastOutcome.NoSlot : pasts.Take(session, frame, Stamp());
        if (outcome == PastOutcome.NoSlot)
            output.FrameSkipped(session.Key, sequence);
        return outcome == PastOutcome.Taken ? FrameOutcome.Historical : FrameOutcome.Late;
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

    /// <summary>
    /// Only what is new to the live stream ends its silence: a device that repeats itself, counts anew unnoticed or only empties its store brings it no
    /// data. So a stream that one forged frame has moved far ahead is told of, and heals after its idle time.
    /// </summary>
    private void NoteData(StreamSession session, EcgFrame frame)
    {
        session.LastFrameStamp = Stamp();
        session.DataFrames++;
        session.Epoch = frame.Epoch;
        if (session.NoDataRaised)
        {
            session.NoDataRaised = false;
            judge.PolicyOf(session).Clear(AlertKind.NoData, 0, frame.ReceivedNs, judge);
        }
    }

    private FrameOutcome PushToSignal(StreamSession session, AwakeState awake, EcgFrame frame)
    {
        FrameOutcome outcome = awake.Signal.Push(frame, intake.For(session));
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
