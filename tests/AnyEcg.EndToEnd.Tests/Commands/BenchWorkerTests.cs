using System.Text.Json;

namespace AnyEcg.EndToEnd.Tests;

[Collection(WholeSystem.Name)]
public sealed class BenchWorkerTests : IDisposable
{
    private static readonly string[] Keys =
    [
        "version", "seconds", "warmUpSeconds", "broker", "processors", "runs.streams", "runs.leads", "runs.store", "runs.framesOfferedPerSecond", "runs.devicesCpuCores", "runs.lagSeconds", "runs.wallSeconds", "runs.load",
        "runs.framesPerSecond", "runs.cpuCores", "runs.cpuMicrosecondsPerFrame", "runs.frameToAlertMs.p50", "runs.frameToAlertMs.p99",
        "runs.alertLatencyMs.p50", "runs.alertLatencyMs.p99", "runs.stepMs.p99", "runs.commitMs.p50", "runs.commitMs.p99",
        "runs.journalBytesPerSecond", "runs.snapshotsPerSecond", "runs.snapshotBytesPerSecond", "runs.residentBytes", "runs.alertsPublished",
        "runs.framesDropped", "runs.framesLate", "runs.patchesSkipped", "withStoreOverWithout.framesPerSecond", "withStoreOverWithout.cpuPerFrame",
        "withStoreOverWithout.frameToAlertP99",
    ];

    private static readonly string[] RestartKeys =
        ["readySeconds", "recoverySeconds", "framesReplayed", "streamsRestored", "liveSeconds", "caughtUpSeconds", "divergences"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-bench-worker-");

    [ReleasedModelFact]
    public async Task BenchWorker_Small_WritesItsReportWithARestart()
    {
        string json = Path.Combine(folder.FullName, "bench.json");
        (int exitCode, _, string error) = await AnyEcgProcess.RunAsync(
            "bench-worker", "--streams", "20", "--flood", "100", "--seconds", "5", "--warm-up", "1", "--store", "both", "--restart", "--set", "Store:SnapshotSeconds=5", "--json", json);

        Assert.True(exitCode == 0, error);
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllBytesAsync(json));
        JsonElement root = document.RootElement;
        Assert.All(Keys, key => JsonKeys.AssertPresent(root, key));
        JsonElement without = root.GetProperty("runs")[0], with = root.GetProperty("runs")[1], restart = with.GetProperty("restart");
        Assert.Equal(("none", "sqlite"), (without.GetProperty("store").GetString(), with.GetProperty("store").GetString()));
        Assert.All(RestartKeys, key => JsonKeys.AssertPresent(restart, key));
        Assert.InRange(with.GetProperty("framesOfferedPerSecond").GetDouble(), 60, 180);
        Assert.InRange(with.GetProperty("framesPerSecond").GetDouble(), 60, 180);
        Assert.True(with.GetProperty("journalBytesPerSecond").GetDouble() > 0);
        Assert.Equal(0, without.GetProperty("journalBytesPerSecond").GetDouble());
        Assert.True(restart.GetProperty("framesReplayed").GetInt64() > 0);
        Assert.True(restart.GetProperty("liveSeconds").GetDouble() >= restart.GetProperty("readySeconds").GetDouble());
        Assert.Equal(0, restart.GetProperty("divergences").GetInt64());
    }

    [Fact]
    public async Task BenchWorker_SettingWithoutAValue_IsBadUsage()
    {
        (int exitCode, _, string error) = await AnyEcgProcess.RunAsync("bench-worker", "--set", "Store:SnapshotSeconds");
        Assert.Equal(2, exitCode);
        Assert.Contains("--set", error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
