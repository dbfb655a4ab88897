using System.Diagnostics.Metrics;

namespace AnyEcg.Worker;

/// <summary>Instruments of the process itself: its memory, and what the collector does. Stateless.</summary>
internal static class ProcessMetrics
{
    public static void Add(Meter meter)
    {
        meter.CreateObservableGauge("anyecg.process.resident", () => Environment.WorkingSet, "By", "Memory of the process");
        meter.CreateObservableGauge("anyecg.process.heap", () => GC.GetTotalMemory(forceFullCollection: false), "By", "Of it objects, collectable ones too; the network's rings are beside it");
        meter.CreateObservableGauge("anyecg.process.heap.committed", () => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes, "By", "Memory that the collector holds for objects");
        meter.CreateObservableCounter("anyecg.process.allocated", () => GC.GetTotalAllocatedBytes(), "By", "Bytes allocated for objects");
        meter.CreateObservableCounter("anyecg.process.collection.pause", () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Time for which collections stopped all threads");
        meter.CreateObservableCounter(
            "anyecg.process.collections",
            () => Enumerable.Range(0, GC.MaxGeneration + 1).Select(g => new Measurement<long>(GC.CollectionCount(g), new KeyValuePair<string, object?>("generation", g))),
            "{collection}",
            "Collections of a generation and those below it");
    }
}
