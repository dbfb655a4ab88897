using AnyEcg.Engine;

namespace AnyEcg.Model.Tests;

public sealed class ModelPresetsTests
{
    [Theory]
    [InlineData("s", 1.19e6, 4, 128)]
    [InlineData("m", 25e6, 14, 384)]
    [InlineData("b", 254e6, 20, 1024)]
    [InlineData("l", 500e6, 40, 1024)]
    [InlineData("xl", 1.7e9, 34, 2048)]
    public void Find_EveryName_HasAboutTheParametersItStandsFor(string name, double parameters, int layers, int width)
    {
        NetworkConfig config = ModelPresets.Find(name);
        config.Validate();
        CudaLimits.Check(config);
        Assert.Equal((layers, width), (config.Layers, config.Dim));
        Assert.InRange(new NetworkCost(config).Parameters / parameters, 0.97, 1.05);
        Assert.True(config.HeadDim == 64 || name == "s");
    }

    [Fact]
    public void S_IsTheReleasedSize() => Assert.Equal(1_193_313, new NetworkCost(ModelPresets.S).Parameters);

    [Fact]
    public void Find_AnotherName_NamesThoseThatThereAre() =>
        Assert.Contains("s, m, b, l, xl", Assert.Throws<ArgumentException>(() => ModelPresets.Find("xxl")).Message, StringComparison.Ordinal);

    [Fact]
    public void RandomOnDemand_AnyOrder_GivesTheSameTensors()
    {
        NetworkConfig config = TestNetwork.Config with { Dim = 256, Heads = 4 };
        ModelWeights first = ModelWeights.RandomOnDemand(config, 5), second = ModelWeights.RandomOnDemand(config, 5);
        string[] names = [.. ModelWeights.Shapes(config).Select(s => s.Name)];
        Dictionary<string, float[]> forward = names.ToDictionary(name => name, name => first[name]);
        Assert.All(names.Reverse(), name => Assert.Equal(forward[name], second[name]));
        Assert.Equal(forward.Count, forward.Values.Select(values => values[0]).Distinct().Count());
        Assert.Contains(forward.Values, values => values.Length > 1 << 16);
        Assert.NotEqual(forward[names[0]], ModelWeights.RandomOnDemand(config, 6)[names[0]]);
    }

    [Fact]
    public void CreatePreset_Small_Runs()
    {
        CpuModelOptions cpu = new() { Threads = 1, MaxSlots = 2, MaxLeadSlots = 2, MaxRows = 2, MaxTokens = 2 };
        using IModelRunner runner = ModelLoader.CreatePreset("s", 1, new ModelOptions { Cpu = cpu });
        Assert.Equal(("cpu", "random-s-1", ModelHeads.All), (runner.Info.Engine, runner.Info.ModelId, runner.Info.Heads));
    }

    [Fact]
    public void OnCpu_TooLittleMemory_SaysHowMuchItNeeds()
    {
        LoadedModel xl = new(ModelWeights.RandomOnDemand(ModelPresets.XL, 1), "xl", ModelHeads.All, []) { FreeBytes = () => 4_000_000_000 };
        string message = Assert.Throws<InvalidDataException>(() => xl.OnCpu(new CpuModelOptions { MaxLeadSlots = 10 })).Message;
        Assert.Contains("6.9 GB for its weights", message, StringComparison.Ordinal);
        Assert.Contains("4.0 GB are free", message, StringComparison.Ordinal);
    }
}
