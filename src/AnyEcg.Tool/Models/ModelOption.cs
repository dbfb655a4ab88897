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

    public static Option<bool> MatrixUnits() => new("--matrix-units")
    {
        Description = "Most products in bfloat16 on the processor's matrix units, where it has them and oneDNN 2 is installed.",
    };

    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">Manifest and weights do not fit.</exception>
    public static IModelRunner Load(string folder, CpuModelOptions options)
    {
        IModelRunner runner = ModelLoader.Load(Path.Combine(folder, "manifest.json"), options);
        if (runner.Info.Remark.Length > 0)
        {
            Console.Error.WriteLine(runner.Info.Remark);
        }

        return runner;
    }

    /// <summary>The released weights that are copied beside the program.</summary>
    private static string DefaultFolder() => Path.Combine(AppContext.BaseDirectory, "models", "anyecg-s");
}
