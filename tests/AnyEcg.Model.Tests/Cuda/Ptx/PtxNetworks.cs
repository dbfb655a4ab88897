using System.Text.Json;

namespace AnyEcg.Model.Tests;

/// <summary>The sizes that the kernels are compiled for in tests.</summary>
internal static class PtxNetworks
{
    private static readonly NetworkConfig Released = ReadReleased();

    /// <summary>The tests' own, the released model's, and the paper's B, L and XL.</summary>
    public static IReadOnlyDictionary<string, NetworkConfig> All { get; } = new Dictionary<string, NetworkConfig>
    {
        ["small"] = TestNetwork.Config,
        ["released"] = Released,
        ["B"] = Released with { Dim = 1024, Heads = 16, TokenizerLayers = 4, EncoderLayers = 16 },
        ["L"] = Released with { Dim = 1024, Heads = 16, TokenizerLayers = 4, EncoderLayers = 36 },
        ["XL"] = Released with { Dim = 2048, Heads = 32, TokenizerLayers = 4, EncoderLayers = 30, Channels = 64, Groups = 8 },
    };

    private static NetworkConfig ReadReleased()
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Models", "anyecg-s", "manifest.json")));
        return manifest.RootElement.GetProperty("config").Deserialize<NetworkConfig>(JsonSerializerOptions.Web)!;
    }
}
