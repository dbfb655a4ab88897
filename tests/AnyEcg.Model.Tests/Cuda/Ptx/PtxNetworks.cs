namespace AnyEcg.Model.Tests;

/// <summary>The sizes that the kernels are compiled for in tests.</summary>
internal static class PtxNetworks
{
    /// <summary>The tests' own, the released model's, those of benchmarks, and the greatest that the kernels take.</summary>
    public static IReadOnlyDictionary<string, NetworkConfig> All { get; } = new Dictionary<string, NetworkConfig>
    {
        ["small"] = TestNetwork.Config,
        ["S"] = ModelPresets.S,
        ["B"] = ModelPresets.B,
        ["L"] = ModelPresets.L,
        ["XL"] = ModelPresets.XL,
        ["widest"] = ModelPresets.S with
        {
            Dim = 8192,
            Heads = 32,
            Window = 1024,
            Channels = 64,
            BeatChannels = 112,
            BeatContext = 16,
            BeatHidden = 128,
            CodeDim = 128,
            Codes = 65536,
        },
    };
}
