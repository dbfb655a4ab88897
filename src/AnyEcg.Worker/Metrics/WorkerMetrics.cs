using System.Diagnostics.Metrics;
using AnyEcg.Engine;
using AnyEcg.Mqtt;

namespace AnyEcg.Worker;

/// <summary>
/// The worker's instruments over the counters of its parts, and their exposition. No stream, device or patient is ever a label.
/// </summary>
internal sealed class WorkerMetrics : IDisposable
{
    private readonly PrometheusExporter exporter;
    private readonly StreamEngine engine;
    private readonly Lock scraping = new();
    private EngineSnapshot snapshot;

    public WorkerMetrics(
        IMeterFactory factory, IngestCounters ingest, DescriptorHold hold, WorkerParts parts, StoreMetrics store, IMqttConnection mqtt)
    {
        engine = parts.Engine;
        snapshot = engine.Snapshot();
        exporter = new PrometheusExporter(factory, "AnyEcg");
        Meter meter = factory.Create("AnyEcg.Worker");
        AddFrames(meter, ingest, hold, parts);
        AddSamples(meter);
        AddEngine(meter);
        AddAlerts(meter);
        AddOutside(meter, parts, ingest, mqtt);
        ProcessMetrics.Add(meter);
        store.AddTo(exporter);
        exporter.AddHistogram("anyecg_step_duration_seconds", "Time of one step of the network", () => snapshot.StepDuration);
        exporter.AddHistogram(
            "anyecg_frame_to_alert_seconds", "From the receipt of the sample that completed a second to its judgement", () => snapshot.FrameToAlert);
    }

    /// <summary>The text exposition, with all of the engine's counters of the same instant; the last known ones while the engine is held up.</summary>
    public string Render()
    {
        lock (scraping)
        {
            snapshot = engine.Snapshot();
            return exporter.Render();
        }
    }

    public void Dispose() => exporter.Dispose();

    private void AddFrames(Meter meter, IngestCounters ingest, DescriptorHold hold, WorkerParts parts)
    {
        Sum(meter, "anyecg.frames.received", "{frame}", "Frame messages received", () => ingest.FramesReceived);
        Sum(meter, "anyecg.frames.accepted", "{frame}", "Frames whose samples were taken", () => snapshot.FramesAccepted);
        Sum(meter, "anyecg.frames.duplicate", "{frame}", "Frames seen before", () => snapshot.FramesDuplicate);
        Sum(meter, "anyecg.frames.late", "{frame}", "Frames older than what was already final", () => snapshot.FramesLate);
        Sum(meter, "anyecg.frames.historical", "{frame}", "Late frames that filled a hole and were judged apart", () => snapshot.FramesHistorical);
        Sum(meter, "anyecg.frames.conflict", "{frame}", "Frames that contradict what the same range said before", () => snapshot.FramesConflict);
        Sum(meter, "anyecg.frames.dropped", "{frame}", "Frames that found the engine's queue full", () => ingest.FramesDropped);
        Sum(meter, "anyecg.clock.restarts", "{restart}", "Epochs opened because the time of a stream without sample counts went back", () => snapshot.ClockRestarts);
        Sum(meter, "anyecg.samples.cut", "{sample}", "Samples per lead of late blocks without sample counts that their hole had no room for", () => snapshot.SamplesCut);
        meter.CreateObservableGauge(
            "anyecg.frames.pending", () => snapshot.FramesPending + hold.Pending + parts.Door.FramesWaiting, "{frame}", "Frames waiting in a queue, for an earlier frame or for a descriptor");
        meter.CreateObservableCounter("anyecg.messages.rejected", () => Rejected(ingest), "{message}", "Messages rejected, by kind and reason");
    }

    private IEnumerable<Measurement<long>> Rejected(IngestCounters ingest)
    {
        foreach (((string kind, string reason), long count) in ingest.Rejected)
        {
            yield return new Measurement<long>(count, new("kind", kind), new("reason", reason));
        }

        yield return new Measurement<long>(snapshot.FramesRejectedFormat, new("kind", "frame"), new("reason", "format"));
        yield return new Measurement<long>(snapshot.FramesRejectedNoSlot, new("kind", "frame"), new("reason", "no-slot"));
        yield return new Measurement<long>(snapshot.FramesRejectedUnknownStream, new("kind", "frame"), new("reason", "unknown-stream"));
    }

    private void AddSamples(Meter meter)
    {
        Sum(meter, "anyecg.samples.expected", "{sample}", "Samples per lead at the device rate that should have come", () => snapshot.SamplesExpected);
        Sum(meter, "anyecg.samples.processed", "{sample}", "Samples per lead processed", () => snapshot.SamplesProcessed);
        Sum(meter, "anyecg.samples.gap", "{sample}", "Samples per lead lost", () => snapshot.SamplesGap);
        Sum(meter, "anyecg.samples.overlap", "{sample}", "Samples per lead that came more than once", () => snapshot.SamplesOverlap);
        Sum(meter, "anyecg.samples.historical", "{sample}", "Samples per lead that came late, filled a hole and were judged apart", () => snapshot.SamplesHistorical);
        Sum(meter, "anyecg.patches.emitted", "{patch}", "Lead-seconds with a token", () => snapshot.PatchesEmitted);
        Sum(meter, "anyecg.patches.scored", "{patch}", "Lead-seconds that the network has judged", () => snapshot.PatchesScored);
        Sum(meter, "anyecg.patches.skipped", "{patch}", "Lead-seconds judged without the network because it was behind", () => snapshot.PatchesSkipped);
        meter.CreateObservableGauge("anyecg.patches.pending", () => snapshot.PatchesPending, "{patch}", "Lead-seconds waiting for a step");
    }

    private void AddEngine(Meter meter)
    {
        Sum(meter, "anyecg.steps", "{step}", "Steps of the network", () => snapshot.Steps);
        Sum(meter, "anyecg.step.rows", "{row}", "Stream-seconds computed", () => snapshot.StepRows);
        Sum(meter, "anyecg.step.tokens", "{token}", "Lead-seconds computed", () => snapshot.StepTokens);
        meter.CreateObservableGauge(
            "anyecg.engine.device", () => new Measurement<int>(1, new KeyValuePair<string, object?>("engine", snapshot.RunnerEngine)), null, "1; the label says what runs the network now");
        Sum(meter, "anyecg.engine.runner.faults", "{fault}", "Devices that failed, at the start or later, and were replaced", () => snapshot.RunnerFaults);
        Sum(meter, "anyecg.rings.lost", "{stream}", "Streams that the network listens to anew: their rings were lost with a device, or were of other weights", () => snapshot.RingsLost);
        Sum(meter, "anyecg.stream.evictions", "{stream}", "Streams put to sleep because they were silent", () => snapshot.Evictions);
        Sum(meter, "anyecg.streams.refused", "{stream}", "Streams refused because too many are known", () => snapshot.StreamsRefused);
        meter.CreateObservableGauge(
            "anyecg.engine.turn.age", () => engine.SinceLastTurn().TotalSeconds, "s", "Since the engine last began a turn; above a second it is held up");
        meter.CreateObservableGauge(
            "anyecg.engine.lag", () => snapshot.Lag.TotalSeconds, "s", "Since the receipt of the oldest frame or second that waits for the engine");
        meter.CreateObservableGauge("anyecg.streams.known", () => snapshot.StreamsKnown, "{stream}", "Streams with a descriptor");
        meter.CreateObservableGauge("anyecg.streams.active", () => snapshot.StreamsActive, "{stream}", "Streams with key/value rings");
    }

    private void AddAlerts(Meter meter)
    {
        Sum(meter, "anyecg.alerts.started", "{alert}", "Alerts started", () => snapshot.AlertsStarted);
        Sum(meter, "anyecg.alerts.updated", "{alert}", "Updates of alerts, of whatever cause", () => snapshot.AlertsUpdated);
        Sum(meter, "anyecg.alerts.ended", "{alert}", "Alerts ended", () => snapshot.AlertsEnded);
        Sum(meter, "anyecg.alerts.retracted", "{alert}", "Alerts that later data disproved", () => snapshot.AlertsRetracted);
        Sum(meter, "anyecg.alerts.acknowledged", "{alert}", "Alerts acknowledged", () => snapshot.AlertsAcknowledged);
        Sum(meter, "anyecg.alerts.escalated", "{step}", "Steps up in priority for want of an acknowledgement", () => snapshot.AlertsEscalated);
        Sum(meter, "anyecg.alerts.latched", "{alert}", "Alerts that ended before they were acknowledged", () => snapshot.AlertsLatched);
        Sum(meter, "anyecg.alerts.unlatched", "{alert}", "Latched alerts that gave way to newer ones", () => snapshot.AlertsUnlatched);
        Sum(meter, "anyecg.detector.disagreements", "{onset}", "Onsets at which network and QRS detector disagreed", () => snapshot.DetectorDisagreements);
        meter.CreateObservableCounter(
            "anyecg.alerts.suppressed",
            () => snapshot.AlertsSuppressed.Select(s => new Measurement<long>(s.Value, new KeyValuePair<string, object?>("reason", s.Key))),
            "{onset}",
            "Onsets and seconds that raised no alert, by reason");
    }

    private static void AddOutside(Meter meter, WorkerParts parts, IngestCounters ingest, IMqttConnection mqtt)
    {
        Sum(meter, "anyecg.mqtt.connects", "{connection}", "Broker connections made", () => parts.Connection.Connects);
        Sum(meter, "anyecg.mqtt.losses", "{connection}", "Broker connections lost or refused", () => parts.Connection.Losses);
        Sum(meter, "anyecg.mqtt.sessions.lost", "{session}", "Reconnects without the old session", () => parts.Connection.SessionsLost);
        Sum(
            meter, "anyecg.mqtt.receive.maximum.exceeded", "{message}", "Messages beyond our Receive Maximum, which the broker should have held back", () => mqtt.Counters.ReceiveMaximumExceeded);
        Sum(meter, "anyecg.mqtt.contested", "{connection}", "Connections lost to another client of our id, or so it seems", () => mqtt.Counters.TakenOver + mqtt.Counters.Contested);
        Sum(meter, "anyecg.mqtt.protocol.errors", "{connection}", "Connections ended because the broker broke the protocol", () => mqtt.Counters.ProtocolErrors);
        Sum(meter, "anyecg.mqtt.rejections.untold", "{message}", "Rejected messages that a 3.1.1 broker was told were taken", () => mqtt.Counters.RejectionsUntold);
        Sum(meter, "anyecg.descriptors", "{message}", "Stream descriptors taken", () => ingest.Descriptors);
        Sum(meter, "anyecg.marks", "{message}", "Patient marks taken", () => ingest.Marks);
        Sum(meter, "anyecg.rhythm.dropped", "{message}", "Rhythm summaries dropped because the outbox was full", () => parts.Outbox.RhythmDropped);
        meter.CreateObservableGauge("anyecg.outbox.pending", () => parts.Outbox.Pending, "{message}", "Results waiting to be published");
    }

    private static void Sum(Meter meter, string name, string unit, string description, Func<long> value) =>
        meter.CreateObservableCounter(name, value, unit, description);
}
