using System.Globalization;
using System.Security.Cryptography;
using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>Makes runners: from released weights, or from random ones.</summary>
public static class ModelLoader
{
    /// <summary>Loads weights by their manifest and packs them for the CPU engine.</summary>
    /// <param name="manifestPath">The JSON manifest; the weights lie beside it.</param>
    /// <param name="options">Sizes and threads; defaults if null.</param>
    /// <exception cref="InvalidDataException">The manifest does not fit this version, or the weights do not fit the manifest.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IModelRunner Load(string manifestPath, CpuModelOptions? options = null)
    {
        options ??= new CpuModelOptions();
        ModelManifest manifest = ModelManifest.Read(manifestPath);
        ModelWeights weights = ReadWeights(manifestPath, manifest);
        ModelHeads heads = options.UntrainedHeads ? ModelHeads.All : manifest.Heads;
        return new CpuModelRunner(weights, manifest.ModelId, heads, manifest.ArrhythmiaLabels, options);
    }

    /// <summary>A runner with random weights of any size, all heads computed: for benchmarks and tests.</summary>
    public static IModelRunner CreateRandom(NetworkConfig config, int seed, CpuModelOptions? options = null)
    {
        ModelWeights weights = ModelWeights.Random(config, seed);
        string id = string.Create(CultureInfo.InvariantCulture, $"random-{seed}");
        return new CpuModelRunner(weights, id, ModelHeads.All, [], options ?? new CpuModelOptions());
    }

    /// <summary>Checks the hash of the weights, then every tensor against the manifest's configuration.</summary>
    internal static ModelWeights ReadWeights(string manifestPath, ModelManifest manifest)
    {
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(manifestPath))!, manifest.WeightsFile);
        using FileStream stream = File.OpenRead(path);
        if (!Convert.ToHexString(SHA256.HashData(stream)).Equals(manifest.Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidDataException($"{path}: the file is not the one that the manifest was written for (SHA-256 differs).");
        }

        stream.Position = 0;
        try
        {
            using SafetensorsFile file = SafetensorsFile.Open(stream);
            return ModelWeights.Read(file, manifest.Config);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }
}
