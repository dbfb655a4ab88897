using System.Text.Json;
using AnyEcg.Engine;

namespace AnyEcg.Tool;

/// <summary>The measurement as one stable document.</summary>
internal static class BenchWorkerJson
{
    public static void Write(Stream stream, BenchWorkerResult result)
    {
        BenchWorkerOptions options = result.Options;
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("version", result.Version);
        json.WriteNumber("seconds", options.Seconds);
        json.WriteNumber("warmUpSeconds", options.WarmUpSeconds);
        json.WriteString("broker", options.Broker is "embedded" or "mosquitto" ? options.Broker : "other");
        json.WriteNumber("processors", Environment.ProcessorCount);
        json.WriteStartArray("runs");
        foreach (BenchWorkerPart part in result.Parts)
        {
            WritePart(json, part);
        }

        json.WriteEndArray();
        if (result.Compared is (var without, var with))
        {
            json.WriteStartObject("withStoreOverWithout");
            Ratio(json, "framesPerSecond", with.Window.FramesPerSecond, without.Window.FramesPerSecond);
            Ratio(json, "cpuPerFrame", with.Window.CpuMicrosecondsPerFrame, without.Window.CpuMicrosecondsPerFrame);
            Ratio(json, "frameToAlertP99", FrameToAlert(with).Quantile(0.99), FrameToAlert(without).Quantile(0.99));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WritePart(Utf8JsonWriter json, BenchWorkerPart part)
    {
        BenchWindow window = part.Window;
        json.WriteStartObject();
        json.WriteNumber("streams", part.Streams);
        json.WriteNumber("leads", part.Leads);
        json.WriteString("store", part.Store);
        Number(json, "wallSeconds", window.Seconds, 3);
        Number(json, "load", window.End.Load ?? 0, 2);
        Number(json, "framesPerSecond", window.FramesPerSecond, 1);
        Number(json, "framesOfferedPerSecond", window.FramesOfferedPerSecond, 1);
        Number(json, "cpuCores", window.CpuCores, 3);
        if (window.BrokerCores is { } broker)
        {
            Number(json, "brokerCpuCores", broker, 3);
        }

        Number(json, "devicesCpuCores", window.DevicesCores, 3);
        Number(json, "lagSeconds", window.End.Metrics.Value("anyecg_engine_lag_seconds"), 3);
        Number(json, "cpuMicrosecondsPerFrame", window.CpuMicrosecondsPerFrame, 1);
        Quantiles(json, "frameToAlertMs", FrameToAlert(part));
        Quantiles(json, "alertLatencyMs", window.Durations("anyecg_alert_latency_seconds"));
        Quantiles(json, "stepMs", window.Durations("anyecg_step_duration_seconds"));
        Quantiles(json, "commitMs", window.Durations("anyecg_store_commit_seconds"));
        Number(json, "journalBytesPerSecond", window.PerSecond("anyecg_store_input_bytes_total"), 0);
        Number(json, "snapshotsPerSecond", window.PerSecond("anyecg_store_snapshots_total"), 2);
        Number(json, "snapshotBytesPerSecond", window.PerSecond("anyecg_store_snapshot_bytes_total"), 0);
        json.WriteNumber("residentBytes", window.End.ResidentBytes);
        json.WriteNumber("alertsPublished", window.Count("anyecg_alerts_published_total"));
        json.WriteNumber("framesDropped", window.Count("anyecg_frames_dropped_total"));
        json.WriteNumber("framesLate", window.Count("anyecg_frames_late_total"));
        json.WriteNumber("patchesSkipped", window.Count("anyecg_patches_skipped_total"));
        if (part.Restart is { } restart)
        {
            WriteRestart(json, restart);
        }

        json.WriteEndObject();
    }

    private static void WriteRestart(Utf8JsonWriter json, BenchRestart restart)
    {
        json.WriteStartObject("restart");
        Number(json, "readySeconds", restart.ReadySeconds, 2);
        Number(json, "recoverySeconds", restart.RecoverySeconds, 2);
        json.WriteNumber("framesReplayed", restart.FramesReplayed);
        json.WriteNumber("streamsRestored", restart.StreamsRestored);
        Number(json, "liveSeconds", restart.LiveSeconds, 2);
        Number(json, "caughtUpSeconds", restart.CaughtUpSeconds, 2);
        json.WriteNumber("divergences", restart.Divergences);
        json.WriteEndObject();
    }

    private static HistogramSnapshot FrameToAlert(BenchWorkerPart part) => part.Window.Durations("anyecg_frame_to_alert_seconds");

    private static void Quantiles(Utf8JsonWriter json, string name, HistogramSnapshot histogram)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", histogram.Count);
        Number(json, "mean", histogram.Count == 0 ? 0 : histogram.SumSeconds / histogram.Count * 1000, 3);
        Number(json, "p50", histogram.Quantile(0.50) * 1000, 3);
        Number(json, "p99", histogram.Quantile(0.99) * 1000, 3);
        json.WriteEndObject();
    }

    private static void Ratio(Utf8JsonWriter json, string name, double with, double without) =>
        Number(json, name, without > 0 ? with / without : 0, 3);

    private static void Number(Utf8JsonWriter json, string name, double value, int digits) => json.WriteNumber(name, Math.Round(value, digits));
}
