using System.Diagnostics.Metrics;
using System.Text.Json;
using AnyEcg.Engine;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>Instruments of the store, of its outbox and of the last restart. Without a store only those that say 0.</summary>
internal sealed class StoreMetrics
{
    private readonly StoreHost store;

    public StoreMetrics(IMeterFactory factory, StoreHost store, Recovery recovery, StoredOutbox outbox)
    {
        this.store = store;
        Meter meter = factory.Create("AnyEcg.Worker.Store");
        Sum(meter, "anyecg.frames.replayed", "{frame}", "Frames of an earlier run that the start read again or found waiting", () => recovery.Report.Frames);
        meter.CreateObservableGauge("anyecg.recovery.duration", () => recovery.Report.Took.TotalSeconds, "s", "How long the start took to put back and read again what was");
        meter.CreateObservableGauge("anyecg.recovery.streams", () => recovery.Report.Streams, "{stream}", "Streams that the start put back from a snapshot");
        Sum(meter, "anyecg.recovery.unusable", "{snapshot}", "Snapshots that could not be used: their streams started anew", () => recovery.Report.Unusable);
        meter.CreateObservableGauge("anyecg.store.outbox.pending", () => outbox.Pending, "{transition}", "Stored transitions that the broker has not confirmed");
        if (store.Writer is { } writer)
        {
            Add(meter, writer);
        }
    }

    /// <summary>Adds what no instrument can say.</summary>
    public void AddTo(PrometheusExporter exporter)
    {
        if (store.Writer is { } writer)
        {
            exporter.AddHistogram("anyecg_store_commit_seconds", "Time of one commit, from its beginning to its durability", () =>
            {
                StoreDurations d = writer.Statistics.CommitSeconds;
                return new HistogramSnapshot(d.UpperBoundsSeconds, d.Counts, d.SumSeconds);
            });
        }
    }

    private static void Add(Meter meter, StoreWriter writer)
    {
        meter.CreateObservableGauge("anyecg.store.healthy", () => writer.Health.Condition == StoreCondition.Ok ? 1 : 0, null, "1 while commits succeed");
        meter.CreateObservableGauge("anyecg.store.inputs.pending", () => writer.Statistics.InputsWaiting, "{input}", "Inputs that are not durable yet");
        meter.CreateObservableGauge("anyecg.store.work.pending", () => writer.Statistics.WorkWaiting, "{work}", "Results that are not durable yet");
        meter.CreateObservableGauge("anyecg.store.input.age", () => writer.OldestInputAge.TotalSeconds, "s", "How long the oldest input has waited to become durable");
        Sum(meter, "anyecg.store.inputs", "{input}", "Inputs made durable", () => writer.Statistics.InputsAppended);
        Sum(meter, "anyecg.store.input.bytes", "By", "Bytes of inputs made durable", () => writer.Statistics.InputBytes);
        Sum(meter, "anyecg.store.inputs.refused", "{input}", "Inputs that found the queue before the store full", () => writer.Statistics.InputsRefused);
        Sum(meter, "anyecg.store.snapshots", "{snapshot}", "Snapshots of streams stored", () => writer.Statistics.Snapshots);
        Sum(meter, "anyecg.store.snapshot.bytes", "By", "Bytes of snapshots stored", () => writer.Statistics.SnapshotBytes);
        Sum(meter, "anyecg.store.transitions", "{transition}", "Transitions stored", () => writer.Statistics.Transitions);
        Sum(meter, "anyecg.store.transitions.met", "{transition}", "Transitions that a start decided again, as before", () => writer.Statistics.TransitionsAlreadyThere);
        Sum(meter, "anyecg.store.divergences", "{transition}", "Transitions that a start decided again, otherwise: replay was not exact", () => writer.Statistics.Divergences);
        Sum(meter, "anyecg.store.rows.trimmed", "{row}", "Rows deleted by retention", () => writer.Statistics.RowsTrimmed);
        meter.CreateObservableCounter(
            "anyecg.store.failures",
            () => writer.Statistics.Failures.Select(f => new Measurement<long>(f.Value, new KeyValuePair<string, object?>("reason", JsonNamingPolicy.KebabCaseLower.ConvertName(f.Key.ToString())))),
            "{commit}",
            "Commits that failed and were tried again, by reason");
    }

    private static void Sum(Meter meter, string name, string unit, string description, Func<long> value) =>
        meter.CreateObservableCounter(name, value, unit, description);
}
