using System.Text.Json;

namespace AnyEcg.EndToEnd.Tests;

[Collection(WholeSystem.Name)]
public sealed class BenchTests : IDisposable
{
    private static readonly string[] Keys =
    [
        "engine", "streams", "leads", "seconds", "leadSecondsPerSecond", "realTimeStreams", "stepMs.p50", "stepMs.p99", "frameToAlertMs.p50",
        "frameToAlertMs.p99", "allocatedBytesPerStep", "residentBytesPerStream", "conservation.received", "conservation.accepted",
        "conservation.rejected", "conservation.duplicate", "conservation.samplesExpected", "conservation.samplesProcessed",
        "conservation.samplesGap", "conservation.patchesEmitted", "conservation.patchesScored", "conservation.patchesSkipped",
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-bench-");

    [ReleasedModelFact]
    public async Task Bench_Small_WritesItsReport()
    {
        string json = Path.Combine(folder.FullName, "bench.json");
        (int exitCode, _, string error) = await AnyEcgProcess.RunAsync("bench", "--streams", "2", "--leads", "2", "--seconds", "3", "--json", json);

        Assert.True(exitCode == 0, error);
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllBytesAsync(json));
        JsonElement root = document.RootElement;
        Assert.All(Keys, key => JsonKeys.AssertPresent(root, key));
        Assert.Equal((2, 2, 3), (root.GetProperty("streams").GetInt32(), root.GetProperty("leads").GetInt32(), root.GetProperty("seconds").GetInt32()));
        Assert.True(root.GetProperty("leadSecondsPerSecond").GetDouble() > 0);
        JsonElement counts = root.GetProperty("conservation");
        Assert.Equal(counts.GetProperty("received").GetInt64(), counts.GetProperty("accepted").GetInt64());
        Assert.Equal(2 * (65 + 3), counts.GetProperty("received").GetInt64());
    }

    [Fact]
    public async Task Bench_UnknownEngine_IsBadUsage() => Assert.Equal(2, (await AnyEcgProcess.RunAsync("bench", "--engine", "abacus")).ExitCode);

    public void Dispose() => folder.Delete(recursive: true);
}
