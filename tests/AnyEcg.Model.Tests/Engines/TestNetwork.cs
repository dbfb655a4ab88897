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

    /// <summary>
    /// On any engine. The CUDA engine takes passes of <paramref name="passTokens"/>, so that most plans are more than one; <paramref name="threads"/> is the
    /// CPU engine's.
    /// </summary>
    public static IModelRunner Create(
        TestEngine engine, int slots, int leadSlots, int rows, int tokens, int threads = 1, int seed = 1, NetworkConfig? config = null, int passTokens = 16, ulong order = 1)
    {
        if (engine == TestEngine.Cpu)
        {
            return Create(slots, leadSlots, rows, tokens, threads, seed, config);
        }

        CudaModelOptions options = new()
        {
            MaxSlots = slots,
            MaxLeadSlots = leadSlots,
            MaxRows = rows,
            MaxTokens = tokens,
            MaxPassTokens = passTokens,
            FullPrecision = engine.IsFull(),
        };
        ModelWeights weights = ModelWeights.Random(config ?? Config, seed);
        return engine.IsEmulated()
            ? new EmulatedRunner(weights, $"random-{seed}", options, order)
            : CudaModelRunner.Create(weights, $"random-{seed}", ModelHeads.All, [], null, options);
    }

    public static IModelRunner Create(int slots, int leadSlots, int rows, int tokens, int threads = 1, int seed = 1, NetworkConfig? config = null, bool units = false) =>
        ModelLoader.CreateRandom(config ?? Config, seed, new CpuModelOptions { Threads = threads, MaxSlots = slots, MaxLeadSlots = leadSlots, MaxRows = rows, MaxTokens = tokens, UseMatrixUnits = units });
}
