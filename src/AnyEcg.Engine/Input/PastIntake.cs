using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// What came too late for the live stream, out of a device's store: data that fill a hole go to a session of their own, in the
/// order in which they come; data that were seen before stay late. The live stream is never touched. Engine thread only.
/// </summary>
internal sealed class PastIntake(SessionKeeper keeper, PatchIntake intake, EngineCounters counters)
{
    /// <summary>Takes what is missing of a frame, cutting the frame to it; else the frame is untouched.</summary>
    /// <param name="session">The live session.</param>
    /// <param name="frame">Late; its epoch is the session's own.</param>
    /// <param name="stamp">Now, in the time provider's stamps.</param>
    public PastOutcome Take(StreamSession session, EcgFrame frame, long stamp)
    {
        if (session.Ledger.Missing(frame.Epoch, frame.FirstSample, frame.SamplesPerLead) is not { } missing)
            return PastOutcome.Known;
        StreamSession past = session.Past ??= Open(session);
        if (!keeper.TryWake(past))
            return PastOutcome.NoSlot;
        Cut(frame, missing, session.Format.SampleRateHz);
        if (IsBehind(past.Awake!.Signal, frame))
        {
            // The device's store goes on elsewhere, further back.
            keeper.PutToSleep(past);
            if (!keeper.TryWake(past))
                return PastOutcome.NoSlot;
        }

        past.Awake!.Signal.Push(frame, intake.For(past));
        past.DataFrames++;
        past.LastFrameStamp = stamp;
        session.Ledger.Take(frame.Epoch, frame.FirstSample, frame.SamplesPerLead);
        counters.FramesHistorical++;
        counters.SamplesHistorical += frame.SamplesPerLead;
        return PastOutcome.Taken;
    }

    private static StreamSession Open(StreamSession session) =>
        new(session.Key, session.Format) { IsPast = true, LeadNames = session.LeadNames };

    private static bool IsBehind(StreamSignal signal, EcgFrame frame) =>
        signal.Epoch is { } epoch && (frame.Epoch < epoch || (frame.Epoch == epoch && frame.FirstSample < signal.NextSample));

    private static void Cut(EcgFrame frame, SampleRange missing, double rateHz)
    {
        int before = (int)(missing.First - frame.FirstSample);
        int after = frame.SamplesPerLead - before - (int)missing.Count;
        if (before == 0 && after == 0)
            return;
        frame.Slice(before, (int)missing.Count);
        frame.FirstSample = missing.First;
        double moved = frame.DeviceTimeMark switch
        {
            DeviceTimeMark.FirstSample => before,
            DeviceTimeMark.LastSample => -after,
            _ => 0,
        };
        frame.DeviceTimeNs += (long)Math.Round(moved * 1e9 / rateHz);
    }
}

/// <summary>What became of a frame that was late to the live stream.</summary>
internal enum PastOutcome : byte
{
    /// <summary>What was missing of it is judged apart.</summary>
    Taken,

    /// <summary>Nothing of it is missing.</summary>
    Known,

    /// <summary>There is no slot to judge it with.</summary>
    NoSlot,
}
