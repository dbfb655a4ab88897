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
    public static IModelRunner Load(string manifestPath, CpuModelOptions? options = null) =>
        Load(manifestPath, new ModelOptions { Cpu = options ?? new CpuModelOptions() });

    /// <summary>Loads weights by their manifest for the engine that <see cref="ModelOptions.Device"/> asks for.</summary>
    /// <param name="manifestPath">The JSON manifest; the weights lie beside it.</param>
    /// <param name="options">Which engine, and its sizes.</param>
    /// <exception cref="CudaUnavailableException">CUDA was demanded and cannot be had: says what is missing.</exception>
    /// <exception cref="InvalidDataException">The manifest does not fit this version, or the weights do not fit the manifest.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IModelRunner Load(string manifestPath, ModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ModelManifest manifest = ModelManifest.Read(manifestPath);
        bool all = options.Cpu.UntrainedHeads || options.Cuda.UntrainedHeads;
        LoadedModel model = new(ReadWeights(manifestPath, manifest), manifest.ModelId, all ? ModelHeads.All : manifest.Heads, manifest.ArrhythmiaLabels)
        {
            BeatJudge = BeatJudgeManifest.Load(Path.GetDirectoryName(Path.GetFullPath(manifestPath))!),
        };
        return DeviceChoice.Make(model, options);
    }

    /// <summary>A runner with random weights of any size, all heads computed: for benchmarks and tests.</summary>
    public static IModelRunner CreateRandom(NetworkConfig config, int seed, CpuModelOptions? options = null) =>
        CreateRandom(config, seed, new ModelOptions { Cpu = options ?? new CpuModelOptions() });

    /// <summary>The same on the engine that <see cref="ModelOptions.Device"/> asks for.</summary>
    /// <exception cref="CudaUnavailableException">CUDA was demanded and cannot be had: says what is missing.</exception>
    public static IModelRunner CreateRandom(NetworkConfig config, int seed, ModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string id = string.Create(CultureInfo.InvariantCulture, $"random-{seed}");
        return DeviceChoice.Make(new LoadedModel(ModelWeights.Random(config, seed), id, ModelHeads.All, []), options);
    }

    /// <summary>One of <see cref="ModelPresets"/> with random weights, which are made while they are sent to the engine: for benchmarks.</summary>
    /// <exception cref="CudaUnavailableException">CUDA was demanded and cannot be had, or the card is too small: says what is missing.</exception>
    /// <exception cref="InvalidDataException">This machine has not the memory that the CPU engine needs: says how much that is.</exception>
    public static IModelRunner CreatePreset(string preset, int seed, ModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string id = string.Create(CultureInfo.InvariantCulture, $"random-{preset}-{seed}");
        LoadedModel model = new(ModelWeights.RandomOnDemand(ModelPresets.Find(preset), seed), id, ModelHeads.All, []) { FreeBytes = HostMemory.Free };
        return DeviceChoice.Make(model, options);
    }

    /// <summary>Loads what lead reconstruction goes by; null where the model has none.</summary>
    /// <exception cref="InvalidDataException">The file is not the manifest's, or holds something else.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static LeadPopulations? LoadReconstruction(string manifestPath) =>
        ModelManifest.Read(manifestPath).Reconstruction is { } about
            ? ReadFile(manifestPath, about.File, about.Sha256, file => new LeadPopulations(
                new LeadPopulation(file.Read<float>("population")), [.. file.Read<float>("leastSquares")]))
            : null;

    /// <summary>Checks the hash of the weights, then every tensor against the manifest's configuration.</summary>
    internal static ModelWeights ReadWeights(string manifestPath, ModelManifest manifest) =>
        ReadFile(manifestPath, manifest.WeightsFile, manifest.Sha256, file => ModelWeights.Read(file, manifest.Config));

    /// <summary>Opens a file that lies beside a manifest, after its hash is found to be the one stated there.</summary>
    internal static T ReadFile<T>(string manifestPath, string name, string sha256, Func<SafetensorsFile, T> read)
    {
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(manifestPath))!, name);
        using FileStream stream = File.OpenRead(path);
        if (!Convert.ToHexString(SHA256.HashData(stream)).Equals(sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidDataException($"{path}: the file is not the one that the manifest was written for (SHA-256 differs).");
        }

        stream.Position = 0;
        try
        {
            using SafetensorsFile file = SafetensorsFile.Open(stream);
            return read(file);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }
}
