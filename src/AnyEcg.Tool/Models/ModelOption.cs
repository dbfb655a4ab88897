using System.CommandLine;
using AnyEcg.Engine;
using AnyEcg.Model;

namespace AnyEcg.Tool;

/// <summary>The `--model` option, the same for all commands that run the network.</summary>
internal static class ModelOption
{
    public static Option<string> Create() => new("--model")
    {
        Description = "Folder with manifest.json and the weights.",
        DefaultValueFactory = _ => DefaultFolder(),
    };

    public static Option<int> Threads() => new Option<int>("--threads")
    {
        Description = "Threads of the CPU engine; 0: one per core.",
        DefaultValueFactory = _ => 0,
    }.Within(0, 256);

    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">Manifest and weights do not fit.</exception>
    public static IModelRunner Load(string folder, CpuModelOptions options) =>
        ModelLoader.Load(Path.Combine(folder, "manifest.json"), options);

    /// <summary>The released weights that are copied beside the program.</summary>
    private static string DefaultFolder() => Path.Combine(AppContext.BaseDirectory, "models", "anyecg-s");
}
