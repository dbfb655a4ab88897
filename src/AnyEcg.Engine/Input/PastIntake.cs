using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// What came too late for the live stream, out of a device's store: data that fill a hole go to a session of their own, in the
/// order in which they come; data that were seen before stay late. The live stream is never touched. Engine thread only.
/// </summary>
internal sealed class PastIntake(SessionKeeper keeper, PatchIntake intake, EngineCounters counters)
{
    /// <summary>Takes what is missing of a frame, cutting the frame to it; false, the frame untouched, when nothing is or there is no slot.</summary>
    public bool TryTake(StreamSession session, EcgFrame frame)
    {
        if (session.Ledger.Missing(frame.Epoch, frame.FirstSample, frame.SamplesPerLead) is not { } missing)
            return false;
        StreamSession past = session.Past ??= Open(session);
        if (!keeper.TryWake(past))
            return false;
        Cut(frame, missing, session.Format.SampleRateHz);
        if (IsBehind(past.Awake!.Signal, frame))
        {
            // The device's store goes on elsewhere, further back.
            keeper.PutToSleep(past);
            if (!keeper.TryWake(past))
                return false;
        }

        past.Awake!.Signal.Push(frame, intake.For(past));
        past.DataFrames++;
        past.LastFrameStamp = session.LastFrameStamp;
        session.Ledger.Take(frame.Epoch, frame.FirstSample, frame.SamplesPerLead);
        counters.FramesHistorical++;
        counters.SamplesHistorical += frame.SamplesPerLead;
        return true;
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
