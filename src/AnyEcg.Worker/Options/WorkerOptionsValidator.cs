using AnyEcg.Alerts;
using AnyEcg.Engine;
using Microsoft.Extensions.Options;

namespace AnyEcg.Worker;

/// <summary>Range and cross-field rules of all sections; reports every fault at once, at start.</summary>
internal sealed class WorkerOptionsValidator(
    IOptions<BrokerOptions> broker, IOptions<IngestOptions> ingest, IOptions<EngineHostOptions> engine,
    IOptions<StoreSettings> store, IOptions<AlertOptions> alerts, IOptions<CanaryOptions> canary)
    : IValidateOptions<WorkerOptions>
{
    public ValidateOptionsResult Validate(string? name, WorkerOptions options)
    {
        List<string> faults = [];
        Worker(options, faults);
        Broker(broker.Value, faults);
        Ingest(ingest.Value, broker.Value, faults);
        Engine(engine.Value, faults);
        Store(store.Value, faults);
        faults.AddRange(canary.Value.Enabled ? canary.Value.Faults() : []);
        faults.AddRange(alerts.Value.Faults().Select(fault => $"Alerts: {fault}"));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Worker(WorkerOptions o, List<string> faults)
    {
        bool named = o.Id.Length is > 0 and <= 64 && o.Id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        Require(named, "Worker:Id must be 1-64 letters, digits, '-', '_' or '.'", faults);
        Range("Worker:DrainSeconds", o.DrainSeconds, 1, 300, faults);
        Range("Worker:OutboxCapacity", o.OutboxCapacity, 64, 1_000_000, faults);
        Range("Worker:NoDataSeconds", o.NoDataSeconds, 2, 3600, faults);
    }

    private static void Broker(BrokerOptions o, List<string> faults)
    {
        Range("Broker:Port", o.Port ?? 1883, 1, 65_535, faults);
        Range("Broker:SessionExpirySeconds", o.SessionExpirySeconds, 0, 604_800, faults);
        Range("Broker:KeepAliveSeconds", o.KeepAliveSeconds, 5, 600, faults);
        Range("Broker:ReceiveMaximum", o.ReceiveMaximum, 16, 65_535, faults);
        Range("Broker:MaxPacketBytes", o.MaxPacketBytes, 1024, 16 << 20, faults);
        faults.AddRange(BrokerRules.Faults(o));
    }

    private static void Ingest(IngestOptions o, BrokerOptions broker, List<string> faults)
    {
        Require(o.Groups.Length > 0, "Ingest:Groups must name at least one group ('+' for all)", faults);
        foreach (string group in o.Groups.Where(g => g != "+" && (g.Length == 0 || g.AsSpan().ContainsAny("+#/"))))
        {
            faults.Add($"Ingest:Groups: '{group}' is not a topic level");
        }

        Range("Ingest:MaxStreams", o.MaxStreams, 1, 1_000_000, faults);
        Range("Ingest:QueueFrames", o.QueueFrames, 64, 1_000_000, faults);
        Range("Ingest:HoldFramesPerStream", o.HoldFramesPerStream, 0, 1000, faults);
        Range("Ingest:HoldFrames", o.HoldFrames, 0, 100_000, faults);
        Range("Ingest:HoldSeconds", o.HoldSeconds, 1, 300, faults);
        Range("Ingest:IdleStreamSeconds", o.IdleStreamSeconds, 60, 604_800, faults);
        Range("Ingest:MaxJumpSeconds", o.MaxJumpSeconds, 10, 30 * 86_400, faults);
        Require(o.MaxEpochStep is >= 1 and <= 1L << 32, "Ingest:MaxEpochStep must be 1 to 4294967296", faults);
        faults.AddRange(GroupLimitRules.Faults(o));
        Require(
            o.QueueFrames >= 2 * broker.ReceiveMaximum,
            "Ingest:QueueFrames must be at least twice Broker:ReceiveMaximum, or a QoS 1 frame could find no room", faults);
    }

    private static void Engine(EngineHostOptions o, List<string> faults)
    {
        Require(o.Device is "auto" or "cpu" or "cuda", "Engine:Device must be auto, cpu or cuda", faults);
        Range("Engine:CudaDevice", o.CudaDevice, 0, 63, faults);
        faults.AddRange(o.CudaLibraries.Where(folder => o.Device == "cuda" && !Directory.Exists(folder))
            .Select(folder => $"Engine:CudaLibraries: there is no folder '{folder}'"));
        Require(!string.IsNullOrWhiteSpace(o.Model), "Engine:Model must name a folder", faults);
        Range("Engine:Threads", o.Threads, 0, 256, faults);
        Range("Engine:MaxLeads", o.MaxLeads ?? 16, 16, 1_000_000, faults);
        Range("Engine:MaxBatch", o.MaxBatch ?? 1, 1, EngineOptions.MostBatch, faults);
        Range("Engine:MaxBatchDelayMs", o.MaxBatchDelayMs, 0, 1000, faults);
        Range("Engine:MaxLagSeconds", o.MaxLagSeconds, 5, 86_400, faults);
        Range("Engine:IdleSeconds", o.IdleSeconds, 10, 86_400, faults);
        Range("Engine:RhythmSeconds", o.RhythmSeconds, 1, 60, faults);
    }

    private static void Store(StoreSettings o, List<string> faults)
    {
        Require(!string.IsNullOrWhiteSpace(o.Connection), "Store:Connection must name a file, a server, or 'none'", faults);
        Require(o.ConnectionFile is null || File.Exists(o.ConnectionFile), "Store:ConnectionFile does not exist", faults);
        Range("Store:CommitMs", o.CommitMs, 1, 1000, faults);
        Range("Store:SnapshotSeconds", o.SnapshotSeconds, 5, 3600, faults);
        Range("Store:JournalHours", o.JournalHours, 1, 8784, faults);
        Range("Store:JournalMegabytesPerStream", o.JournalMegabytesPerStream, 1, 1_000_000, faults);
        Range("Store:AlertDays", o.AlertDays, 1, 36_600, faults);
        Range("Store:ActionDays", o.ActionDays, 1, 36_600, faults);
    }

    private static void Range(string key, int value, int low, int high, List<string> faults) =>
        Require(value >= low && value <= high, $"{key} must be {low} to {high}, not {value}", faults);

    private static void Require(bool holds, string fault, List<string> faults)
    {
        if (!holds)
        {
            faults.Add(fault);
        }
    }
}
