using System.Collections.Immutable;
using AnyEcg.Alerts;

namespace AnyEcg.Engine;

/// <summary>Gathers an <see cref="EngineSnapshot"/> from where the counters live. Between turns of the engine only.</summary>
internal static class SnapshotWriter
{
    public static EngineSnapshot Write(
        Inbox inbox, InputDesk desk, StreamTable table, SnapshotRound snapshots, EngineCounters c, long nowNs)
    {
        IModelRunner runner = table.Runner;
        SignalTotals signal = c.Closed.Copy();
        long pending = 0;
        long oldest = Math.Min(nowNs, inbox.OldestNs ?? nowNs);
        foreach (StreamSession session in table.Sessions)
        {
            if (session.Awake is { } awake)
                signal.Add(awake);
            oldest = Math.Min(oldest, session.WaitingSinceNs ?? nowNs);
            pending += (session.Awake?.Backlog.Patches ?? 0) + (session.Past?.Awake?.Backlog.Patches ?? 0);
        }

        // Received is the sum of what became of the frames, so that a frame submitted meanwhile cannot upset it.
        long waiting = inbox.FramesWaiting;
        long dropped = inbox.FramesDropped;
        return new EngineSnapshot
        {
            FramesReceived = waiting + dropped + inbox.FramesTaken + c.FramesRestored,
            FramesAccepted = signal.Accepted,
            FramesDuplicate = signal.Duplicate,
            FramesLate = signal.Late - c.FramesHistorical,
            FramesHistorical = c.FramesHistorical,
            FramesRestored = c.FramesRestored,
            FramesConflict = signal.Conflict,
            FramesDropped = dropped,
            FramesPending = waiting + desk.FramesParked + signal.Pending,
            FramesRejectedFormat = signal.Rejected,
            FramesRejectedUnknownStream = c.RejectedUnknownStream,
            FramesRejectedNoSlot = c.RejectedNoSlot,
            SamplesProcessed = signal.Processed,
            SamplesGap = signal.Gap,
            SamplesOverlap = signal.Overlap,
            SamplesHistorical = c.SamplesHistorical,
            ClockRestarts = c.ClockRestarts,
            SamplesCut = c.SamplesCut,
            Snapshots = snapshots.Taken,
            SnapshotBytes = snapshots.Bytes,
            PatchesEmitted = c.PatchesEmitted,
            PatchesScored = c.PatchesScored,
            PatchesSkipped = c.PatchesSkipped,
            PatchesPending = pending,
            SecondsObserved = c.SecondsObserved,
            StreamsKnown = table.Known,
            StreamsActive = table.Awake,
            Evictions = c.Evictions,
            StreamsRefused = c.StreamsRefused,
            Steps = c.Steps,
            StepRows = c.StepRows,
            StepTokens = c.StepTokens,
            RingsLost = c.RingsLost + (runner.Fault?.RingsLost ?? 0),
            RunnerEngine = runner.Info.Engine,
            RunnerFaults = runner.Fault is null ? 0 : 1,
            Lag = TimeSpan.FromTicks((nowNs - oldest) / TimeSpan.NanosecondsPerTick),
            Idle = inbox.IsEmpty && desk.IsEmpty && pending == 0,
            StepDuration = c.StepDuration.Snapshot(),
            FrameToAlert = c.FrameToAlert.Snapshot(),
            AlertsStarted = c.Alerts.Started,
            AlertsUpdated = c.Alerts.Updated,
            AlertsEnded = c.Alerts.Ended,
            AlertsRetracted = c.Alerts.Retracted,
            AlertsAcknowledged = c.Alerts.Acknowledged,
            AlertsEscalated = c.Alerts.Escalated,
            AlertsLatched = c.Alerts.Latched,
            AlertsUnlatched = c.Alerts.Unlatched,
            AlertsSuppressed = Suppressed(c.Alerts),
            DetectorDisagreements = c.Alerts.Disagreements,
        };
    }

    private static ImmutableSortedDictionary<string, long> Suppressed(AlertCounters a) => new Dictionary<string, long>
    {
        ["subsumed"] = a.SuppressedSubsumed,
        ["refractory"] = a.SuppressedRefractory,
        ["quality"] = a.SuppressedQuality,
        ["rate"] = a.SuppressedRate,
        ["open"] = a.SuppressedOpen,
        ["pause"] = a.SuppressedPause,
        ["discharged"] = a.SuppressedDischarged,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
