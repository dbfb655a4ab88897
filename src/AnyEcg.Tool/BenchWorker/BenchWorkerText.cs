using System.Globalization;
using AnyEcg.Engine;

namespace AnyEcg.Tool;

/// <summary>The measurement in Markdown, for people and for docs/store.md.</summary>
internal static class BenchWorkerText
{
    public static async Task WriteAsync(TextWriter output, BenchWorkerResult result)
    {
        foreach (string line in Lines(result))
        {
            await output.WriteLineAsync(line);
        }
    }

    public static IEnumerable<string> Lines(BenchWorkerResult result)
    {
        yield return Text($"{result.Options.Seconds} s each, broker {result.Options.Broker}, {Environment.ProcessorCount} processors.");
        yield return "";
        yield return "| streams | store | frames/s, of offered | CPU, cores: worker; broker, devices | CPU, us/frame | frame to alert, mean / p50 / p99 at most | alert latency p50 / p99 at most | commit p50 / p99 at most | journal | snapshots | resident | lag | dropped, late, skipped | load |";
        yield return "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |";
        foreach (BenchWorkerPart part in result.Parts)
        {
            yield return Row(part);
        }

        if (result.Compared is (var without, var with))
        {
            yield return "";
            yield return Text($"With the store over without: frames/s {with.Window.FramesPerSecond / Math.Max(1, without.Window.FramesPerSecond):0.000}, ")
                + Text($"CPU per frame {with.Window.CpuMicrosecondsPerFrame / without.Window.CpuMicrosecondsPerFrame:0.00}.");
        }

        foreach (BenchWorkerPart part in result.Parts)
        {
            if (part.Restart is { } restart)
            {
                yield return Text($"Killed and restarted ({part.Store}), seconds after the kill: ready {restart.ReadySeconds:0.0}, every stream live {restart.LiveSeconds:0.0}, ")
                    + Text($"caught up {restart.CaughtUpSeconds:0.0}; {restart.StreamsRestored} streams restored and {restart.FramesReplayed} frames read again in {restart.RecoverySeconds:0.0} s, ")
                    + Text($"{restart.Divergences} divergences.");
            }
        }
    }

    public static string Row(BenchWorkerPart part)
    {
        BenchWindow w = part.Window;
        HistogramSnapshot judged = w.Durations("anyecg_frame_to_alert_seconds");
        return Text($"| {part.Streams} | {part.Store} | {w.FramesPerSecond:0}, {w.FramesOfferedPerSecond:0} | {w.CpuCores:0.00}; {w.BrokerCores:0.00}, {w.DevicesCores:0.00} | {w.CpuMicrosecondsPerFrame:0} ")
            + Text($"| {judged.SumSeconds / Math.Max(1, judged.Count) * 1000:0} / {Quantiles(judged)} | {Quantiles(w.Durations("anyecg_alert_latency_seconds"))} ")
            + Text($"| {Quantiles(w.Durations("anyecg_store_commit_seconds"))} | {w.PerSecond("anyecg_store_input_bytes_total") / 1e6:0.00} MB/s ")
            + Text($"| {w.PerSecond("anyecg_store_snapshot_bytes_total") / 1e6:0.0} MB/s | {w.End.ResidentBytes / 1e6:0} MB ")
            + Text($"| {w.End.Metrics.Value("anyecg_engine_lag_seconds"):0.0} s | {w.Count("anyecg_frames_dropped_total")}, {w.Count("anyecg_frames_late_total")}, {w.Count("anyecg_patches_skipped_total")} | {w.End.Load:0.0} |");
    }

    private static string Quantiles(HistogramSnapshot h) =>
        h.Count == 0 ? "-" : Text($"{h.Quantile(0.50) * 1000:0.#} / {h.Quantile(0.99) * 1000:0.#} ms");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
