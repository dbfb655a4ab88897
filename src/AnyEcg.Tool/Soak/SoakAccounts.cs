using AnyEcg.Simulator;

namespace AnyEcg.Tool;

/// <summary>From the counters at the end of a soak to its accounts.</summary>
internal static class SoakAccounts
{
    /// <summary>The accounts in the order a sample goes.</summary>
    public static IReadOnlyList<BalanceLine> Lines(
        DeviceLedger devices, FleetCounters fleet, WorkerReading worker, AlertCollector alerts, IReadOnlyList<SoakStream> streams)
    {
        long rejected = worker.OfKind("anyecg_messages_rejected_total", "frame");
        long transitions = Transitions(worker);
        return
        [
            new("samples of the devices", [("generated", devices.Generated)],
            [
                ("acknowledged by the broker", devices.Acknowledged),
                ("dropped from full stores", devices.Dropped),
                ("still stored", devices.Stored),
                ("lost by fault", devices.Lost),
            ]),
            new("samples that never left", [("still stored", devices.Stored)], []),
            new("samples through broker and worker", [("acknowledged by the broker", devices.Acknowledged)], [("processed", worker["anyecg_samples_processed_total"])]),
            new("samples expected by the worker", [("expected", worker["anyecg_samples_expected_total"])],
            [
                ("processed", worker["anyecg_samples_processed_total"]),
                ("gap", worker["anyecg_samples_gap_total"]),
            ]),
            new("gaps", [("gap", worker["anyecg_samples_gap_total"])], [("dropped from full stores", devices.Dropped)]) { AtMost = true },
            new("frames of the worker", [("received", worker["anyecg_frames_received_total"])],
            [
                ("accepted", worker["anyecg_frames_accepted_total"]),
                ("rejected", rejected),
                ("duplicate", worker["anyecg_frames_duplicate_total"]),
                ("late", worker["anyecg_frames_late_total"]),
                ("conflict", worker["anyecg_frames_conflict_total"]),
                ("dropped", worker["anyecg_frames_dropped_total"]),
                ("pending", worker["anyecg_frames_pending"]),
            ]),
            new("frames taken once", [("acknowledged by the broker", fleet.Sent)], [("accepted", worker["anyecg_frames_accepted_total"])]),
            new("patches", [("emitted", worker["anyecg_patches_emitted_total"])],
            [
                ("scored", worker["anyecg_patches_scored_total"]),
                ("skipped", worker["anyecg_patches_skipped_total"]),
                ("pending", worker["anyecg_patches_pending"]),
            ]),
            new("alert transitions published", [("made by the engine", transitions)], [("confirmed by the broker", worker["anyecg_alerts_published_total"])]),
            new("alert transitions received", [("made by the engine", transitions)], [("received, each at least once", alerts.Distinct)]),
            new("alert transitions that contradict themselves", [("contradictions", alerts.Contradictions)], []),
            new("alerts as without a network", [("missing", streams.Sum(s => (long)s.Missing)), ("unexpected", streams.Sum(s => (long)s.Unexpected))], []),
        ];
    }

    public static long Transitions(WorkerReading worker) =>
        worker["anyecg_alerts_started_total"] + worker["anyecg_alerts_updated_total"] + worker["anyecg_alerts_ended_total"]
        + worker["anyecg_alerts_retracted_total"];

    public static IReadOnlyList<(string Name, long Value)> Notes(WorkerReading worker, AlertCollector alerts, FleetCounters fleet) =>
    [
        ("frames the devices sent", fleet.Sent),
        ("alert messages received, repeats included", alerts.Received),
        ("alert transitions decided by the clock", alerts.Facts().Count(fact => fact.IsByClock)),
        ("worker: connections made", worker["anyecg_mqtt_connects_total"]),
        ("worker: connections lost or refused", worker["anyecg_mqtt_losses_total"]),
        ("worker: sessions the broker forgot", worker["anyecg_mqtt_sessions_lost_total"]),
        ("worker: messages beyond the Receive Maximum", worker["anyecg_mqtt_receive_maximum_exceeded_total"]),
        ("worker: messages the broker refused", worker["anyecg_messages_refused_total"]),
    ];
}
