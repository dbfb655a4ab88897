using System.Text.Json.Nodes;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

/// <summary>The beat judge is served only when its files fit each other and this version, and says what PyTorch says.</summary>
public sealed class BeatJudgeManifestTests : IDisposable
{
    private static readonly string Released = Path.Combine(AppContext.BaseDirectory, "Models", "anyecg-s");
    private readonly string folder = Directory.CreateTempSubdirectory("anyecg-judge").FullName;

    public BeatJudgeManifestTests()
    {
        foreach (string file in (string[])["beats.json", "beats.safetensors"])
            File.Copy(Path.Combine(Released, file), Path.Combine(folder, file));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Load_ReleasedJudge_SaysWhatPyTorchSays()
    {
        BeatJudge judge = BeatJudgeManifest.Load(folder)!;
        using SafetensorsFile expected = SafetensorsFile.Open(Path.Combine(Expected.Folder, "judge.safetensors"));
        float[] rows = expected.Read<float>("rows"), gate = expected.Read<float>("gate"), classes = expected.Read<float>("classes");
        int leads = (int)expected.Shape("rows")[1], count = leads * BeatFeatures.Count;
        for (int i = 0; i < rows.Length / count; i++)
        {
            ReadOnlySpan<float> row = rows.AsSpan(i * count, count);
            Assert.Equal(gate[(2 * i) + 1], judge.Chance(row, leads), 4);
            float[] logits = classes[(i * BeatJudge.Classes)..((i + 1) * BeatJudge.Classes)];
            Assert.Equal(logits.Max(), logits[(int)judge.ClassOf(row, leads)], 3);
        }
    }

    [Fact]
    public void Load_FolderWithoutJudge_IsNull()
    {
        File.Delete(Path.Combine(folder, "beats.json"));
        Assert.Null(BeatJudgeManifest.Load(folder));
    }

    [Theory]
    [InlineData("formatVersion", "2")]
    [InlineData("weightsFile", "\"../beats.safetensors\"")]
    [InlineData("sha256", "\"0000000000000000000000000000000000000000000000000000000000000000\"")]
    [InlineData("features", "[\"mass\"]")]
    [InlineData("features", "null")]
    [InlineData("labels", "[\"N\", \"V\", \"S\", \"F\", \"Q\"]")]
    public void Load_Misfit_IsRefused(string property, string value)
    {
        string path = Path.Combine(folder, "beats.json");
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(path))!;
        manifest[property] = JsonNode.Parse(value);
        File.WriteAllText(path, manifest.ToJsonString());
        Assert.Throws<InvalidDataException>(() => BeatJudgeManifest.Load(folder));
    }

    [Fact]
    public void Load_DamagedWeights_AreRefused()
    {
        string path = Path.Combine(folder, "beats.safetensors");
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Throws<InvalidDataException>(() => BeatJudgeManifest.Load(folder));
    }
}
