using AnyEcg.Engine;

namespace AnyEcg.Model.Tests;

internal static class TestNetwork
{
    /// <summary>Small, with sizes that leave tails in every product.</summary>
    public static NetworkConfig Config { get; } = new()
    {
        Dim = 32,
        Heads = 2,
        TokenizerLayers = 1,
        EncoderLayers = 2,
        Window = 8,
        Channels = 16,
        Groups = 4,
        Codes = 37,
        CodeDim = 12,
        MlpRatio = 2,
        RotaryBase = 1000,
        RowHidden = 16,
        ContextFeatures = 5,
        BeatChannels = 16,
        BeatContext = 16,
        BeatHidden = 16,
        ArrhythmiaClasses = 5,
    };

    /// <summary>Four heads of 32 columns, as in the released sizes: the widest kernels.</summary>
    public static NetworkConfig FourHeads { get; } = Config with { Dim = 128, Heads = 4, EncoderLayers = 1, Window = 7 };

    public static IModelRunner Create(int slots, int leadSlots, int rows, int tokens, int threads = 1, int seed = 1, NetworkConfig? config = null, bool units = false) =>
        ModelLoader.CreateRandom(config ?? Config, seed, new CpuModelOptions { Threads = threads, MaxSlots = slots, MaxLeadSlots = leadSlots, MaxRows = rows, MaxTokens = tokens, UseMatrixUnits = units });
}
