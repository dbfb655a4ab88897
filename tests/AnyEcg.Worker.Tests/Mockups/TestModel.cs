using AnyEcg.Engine;
using AnyEcg.Model;

namespace AnyEcg.Worker.Tests;

/// <summary>A network with random weights, small enough for tests.</summary>
internal static class TestModel
{
    public static readonly NetworkConfig Config = new()
    {
        Dim = 32,
        Heads = 2,
        TokenizerLayers = 1,
        EncoderLayers = 1,
        Window = 8,
        Channels = 16,
        Groups = 4,
        Codes = 16,
        CodeDim = 8,
        MlpRatio = 2,
        RotaryBase = 100,
        RowHidden = 16,
        ContextFeatures = 3,
        BeatChannels = 16,
        BeatContext = 16,
        BeatHidden = 16,
        ArrhythmiaClasses = 2,
    };

    public static IModelRunner Create() => ModelLoader.CreateRandom(
        Config, 1, new CpuModelOptions { Threads = 1, MaxSlots = 64, MaxLeadSlots = 64, MaxRows = 64, MaxTokens = 128 });
}
