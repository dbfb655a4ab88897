using System.Text.Json.Nodes;
using AnyEcg.Engine;

namespace AnyEcg.Model.Tests;

/// <summary>Weights are served only when manifest, file and this version fit each other.</summary>
public sealed class ModelLoaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("anyecg-model").FullName;

    private string Manifest => Path.Combine(folder, "random-small.json");

    private string Weights => Path.Combine(folder, "random-small.safetensors");

    public ModelLoaderTests()
    {
        File.Copy(Expected.Manifest, Manifest);
        File.Copy(Path.Combine(Expected.Folder, "random-small.safetensors"), Weights);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Load_FittingFiles_TellsWhatItIs()
    {
        using IModelRunner runner = ModelLoader.Load(Manifest, Small);
        Assert.Equal("cpu", runner.Info.Engine);
        Assert.StartsWith("random-small@", runner.Info.ModelId, StringComparison.Ordinal);
        Assert.Equal(ModelHeads.All, runner.Info.Heads);
        Assert.Equal(26, runner.Info.ArrhythmiaLabels.Count);
    }

    [Fact]
    public void Load_SomeHeadsTrained_ComputesOnlyThose()
    {
        Change(m => m["trainedHeads"] = new JsonArray("rhythm", "beats"));
        using IModelRunner runner = ModelLoader.Load(Manifest, Small);
        Assert.Equal(ModelHeads.Rhythm | ModelHeads.Beats, runner.Info.Heads);
        StepScores scores = RunOneSecond(runner);
        Assert.Equal(1, scores.Rhythm.Sum(), 4);
        Assert.Equal(StepScores.BeatBins, scores.Beats.Sum(), 3);
        Assert.Equal([0f], scores.Anomaly);
        Assert.Equal([0], scores.Code);
    }

    [Fact]
    public void Load_UntrainedHeadsAsked_ComputesAll()
    {
        Change(m => m["trainedHeads"] = new JsonArray("rhythm"));
        using IModelRunner runner = ModelLoader.Load(Manifest, new CpuModelOptions { MaxSlots = 1, MaxLeadSlots = 1, MaxRows = 1, MaxTokens = 1, UntrainedHeads = true });
        Assert.Equal(ModelHeads.All, runner.Info.Heads);
        Assert.NotEqual([0f], RunOneSecond(runner).Anomaly);
    }

    [Fact]
    public void LoadReconstruction_ReleasedModel_HoldsThePopulation()
    {
        string manifest = Path.Combine(AppContext.BaseDirectory, "Models", "anyecg-s", "manifest.json");
        LeadPopulations leads = ModelLoader.LoadReconstruction(manifest)!;
        Assert.Equal(64, leads.LeastSquares.Length);
        Assert.Equal(LeadPopulation.Order * LeadPopulation.Order, leads.Population.Moments.Length);
    }

    [Fact]
    public void LoadReconstruction_ModelWithout_IsNull() => Assert.Null(ModelLoader.LoadReconstruction(Manifest));

    [Fact]
    public void LoadReconstruction_OtherFile_IsRefused()
    {
        File.WriteAllBytes(Path.Combine(folder, "moments.safetensors"), [1, 2, 3]);
        Change(m => m["reconstruction"] = new JsonObject { ["file"] = "moments.safetensors", ["sha256"] = new string('0', 64) });
        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => ModelLoader.LoadReconstruction(Manifest));
        Assert.Contains("SHA-256", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../moments.safetensors", 64)]
    [InlineData("moments.safetensors", 10)]
    public void LoadReconstruction_NoBareNameOrHash_IsRefused(string file, int digits)
    {
        Change(m => m["reconstruction"] = new JsonObject { ["file"] = file, ["sha256"] = new string('0', digits) });
        Assert.Throws<InvalidDataException>(() => ModelLoader.LoadReconstruction(Manifest));
    }

    public static TheoryData<string, string> Misfits => new()
    {
        { "formatVersion", "1" },
        { "sampleRateHz", "250" },
        { "patchSamples", "250" },
        { "beatWindowLeadSamples", "0" },
        { "name", "\"\"" },
        { "weightsFile", "\"../random-small.safetensors\"" },
        { "weightsFile", "\"\"" },
        { "sha256", "\"00\"" },
        { "sha256", "\"0000000000000000000000000000000000000000000000000000000000000000\"" },
        { "rhythmLabels", "[\"sinus\"]" },
        { "beatLabels", "[\"N\",\"none\",\"S\",\"V\",\"F\",\"Q\"]" },
        { "leadLabels", "[]" },
        { "trainedHeads", "[\"rhythm\",\"telepathy\"]" },
        { "trainedHeads", "[\"all\"]" },
        { "arrhythmiaLabels", "[]" },
        { "contextVersion", "0" },
        { "stripLabels", "[\"N\",\"A\",\"O\"]" },
        { "trainingData", "null" },
        { "config", "null" },
        { "config", "7" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void Load_ManifestThatDoesNotFit_Throws(string key, string value)
    {
        Change(m => m[key] = JsonNode.Parse(value));
        Assert.Throws<InvalidDataException>(() => ModelLoader.Load(Manifest, Small));
    }

    [Theory]
    [InlineData("dim", 64)]
    [InlineData("dim", 1 << 30)]
    [InlineData("dim", 50)]
    [InlineData("heads", 0)]
    [InlineData("heads", 4)]
    [InlineData("window", 0)]
    [InlineData("window", int.MaxValue)]
    [InlineData("codes", 51)]
    [InlineData("encoderLayers", 1)]
    [InlineData("encoderLayers", 3)]
    [InlineData("groups", 5)]
    [InlineData("rowHidden", 16)]
    [InlineData("contextFeatures", 6)]
    [InlineData("contextFeatures", 1000)]
    [InlineData("rotaryBase", 0)]
    public void Load_SizesThatDoNotFitTheTensors_Throws(string key, int value)
    {
        Change(m => m["config"]![key] = value);
        Assert.Throws<InvalidDataException>(() => ModelLoader.Load(Manifest, Small));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    public void Load_NoManifest_Throws(string text)
    {
        File.WriteAllText(Manifest, text);
        Assert.Throws<InvalidDataException>(() => ModelLoader.Load(Manifest, Small));
    }

    [Fact]
    public void Load_WeightsChangedByOneBit_Throws()
    {
        byte[] bytes = File.ReadAllBytes(Weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(Weights, bytes);
        Assert.Throws<InvalidDataException>(() => ModelLoader.Load(Manifest, Small));
    }

    [Fact]
    public void Load_WeightsNotFinite_Throws()
    {
        byte[] bytes = File.ReadAllBytes(Weights);
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 4), float.NaN);
        File.WriteAllBytes(Weights, bytes);
        Change(m => m["sha256"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => ModelLoader.Load(Manifest, Small));
        Assert.Contains("finite", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MissingFile_ThrowsFileNotFound()
    {
        File.Delete(Weights);
        Assert.Throws<FileNotFoundException>(() => ModelLoader.Load(Manifest, Small));
    }

    private static CpuModelOptions Small => new() { Threads = 1, MaxSlots = 1, MaxLeadSlots = 1, MaxRows = 1, MaxTokens = 1 };

    private static StepScores RunOneSecond(IModelRunner runner)
    {
        Assert.True(runner.TryOpen(1, out KvSlot slot));
        StepPlan plan = new(1, 1);
        StepScores scores = new(1, 1);
        plan.TryAdd(slot, new Signal.LeadSet(Signal.Lead.II), new Signal.PatchSecond(1) { Present = 1 });
        runner.Step(plan, scores);
        return scores;
    }

    private void Change(Action<JsonObject> change)
    {
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(Manifest))!.AsObject();
        change(manifest);
        File.WriteAllText(Manifest, manifest.ToJsonString());
    }
}
