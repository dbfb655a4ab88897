using System.Text.Json;

namespace AnyEcg.EndToEnd.Tests;

[Collection(WholeSystem.Name)]
public sealed class BenchTests : IDisposable
{
    private static readonly string[] Keys =
    [
        "engine", "modelId", "preset", "parameters", "streams", "leads", "seconds", "leadSecondsPerSecond", "realTimeStreams", "stepMs.p50", "stepMs.p99", "frameToAlertMs.p50",
        "frameToAlertMs.p99", "allocatedBytesPerStep", "residentBytesPerStream", "conservation.received", "conservation.accepted",
        "conservation.rejected", "conservation.duplicate", "conservation.samplesExpected", "conservation.samplesProcessed",
        "conservation.samplesGap", "conservation.patchesEmitted", "conservation.patchesScored", "conservation.patchesSkipped",
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-bench-");

    [ReleasedModelFact]
    public async Task Bench_Small_WritesItsReport()
    {
        string json = Path.Combine(folder.FullName, "bench.json");
        (int exitCode, _, string error) = await AnyEcgProcess.RunAsync("bench", "--engine", "cpu", "--streams", "2", "--leads", "2", "--seconds", "3", "--json", json);

        Assert.True(exitCode == 0, error);
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllBytesAsync(json));
        JsonElement root = document.RootElement;
        Assert.All(Keys, key => JsonKeys.AssertPresent(root, key));
        Assert.Equal((2, 2, 3), (root.GetProperty("streams").GetInt32(), root.GetProperty("leads").GetInt32(), root.GetProperty("seconds").GetInt32()));
        Assert.True(root.GetProperty("leadSecondsPerSecond").GetDouble() > 0);
        Assert.Equal((JsonValueKind.Null, 1_193_313), (root.GetProperty("preset").ValueKind, root.GetProperty("parameters").GetInt64()));
        JsonElement counts = root.GetProperty("conservation");
        Assert.Equal(counts.GetProperty("received").GetInt64(), counts.GetProperty("accepted").GetInt64());
        Assert.Equal(2 * (65 + 3), counts.GetProperty("received").GetInt64());
    }

    [Theory]
    [InlineData("s", 1_193_313)]
    [InlineData("m", 25_888_865)]
    public async Task Bench_PresetWithoutTheSignalPath_WritesItsReport(string preset, long parameters)
    {
        string json = Path.Combine(folder.FullName, "runner.json");
        (int exitCode, string output, string error) = await AnyEcgProcess.RunAsync(
            "bench", "--engine", "cpu", "--preset", preset, "--runner", "--streams", "2", "--leads", "2", "--seconds", "2", "--json", json);

        Assert.True(exitCode == 0, error);
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllBytesAsync(json));
        JsonElement root = document.RootElement;
        Assert.Equal(("cpu", preset, parameters), (root.GetProperty("engine").GetString(), root.GetProperty("preset").GetString(), root.GetProperty("parameters").GetInt64()));
        Assert.All(
            (string[])["tokensPerSecond", "leadSecondsPerSecond", "realTimeStreams", "flopsPerSecond", "stepMs.p50", "stepMs.p99", "allocatedBytesPerStep"],
            key => JsonKeys.AssertPresent(root, key));
        Assert.True(root.GetProperty("tokensPerSecond").GetDouble() > 0);
        Assert.Contains("million parameters) on cpu", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bench_CudaWhereThereIsNone_SaysWhatIsMissing()
    {
        (int exitCode, _, string error) = await AnyEcgProcess.RunAsync("bench", "--engine", "cuda", "--preset", "s", "--streams", "2", "--seconds", "1");

        // On a machine with a card this is a benchmark like any other.
        Assert.True(exitCode == 0 || (exitCode == 1 && error.StartsWith("--engine cuda, but CUDA cannot be used here:", StringComparison.Ordinal)), error);
    }

    [Fact]
    public async Task Bench_UnknownPreset_IsBadUsage() => Assert.Equal(2, (await AnyEcgProcess.RunAsync("bench", "--preset", "xxl")).ExitCode);

    [Fact]
    public async Task Bench_UnknownEngine_IsBadUsage() => Assert.Equal(2, (await AnyEcgProcess.RunAsync("bench", "--engine", "abacus")).ExitCode);

    public void Dispose() => folder.Delete(recursive: true);
}
