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

    /// <summary>
    /// What runs the network. Reports are to be the same on every machine, so the CPU unless something else is asked for; only what measures a machine takes
    /// the best that is there.
    /// </summary>
    public static Option<string> Engine(string otherwise = "cpu")
    {
        Option<string> engine = new("--engine")
        {
            Description = "What runs the network: cpu; cuda, a graphics card; auto, a card where one can be used and else the CPU.",
            DefaultValueFactory = _ => otherwise,
        };
        engine.AcceptOnlyFromAmong("auto", "cpu", "cuda");
        return engine;
    }

    /// <summary>The same sizes for whichever engine it comes to be.</summary>
    public static ModelOptions On(string engine, CpuModelOptions sizes) => new()
    {
        Device = Enum.Parse<ModelDevice>(engine, ignoreCase: true),
        Cpu = sizes,
        Cuda = new CudaModelOptions
        {
            Libraries = Environment.GetEnvironmentVariable("ANYECG_CUDA_LIBRARIES") is { Length: > 0 } folders ? folders.Split(Path.PathSeparator) : [],
            MaxSlots = sizes.MaxSlots,
            MaxLeadSlots = sizes.MaxLeadSlots,
            MaxRows = sizes.MaxRows,
            MaxTokens = sizes.MaxTokens,
            UntrainedHeads = sizes.UntrainedHeads,
        },
    };

    public static IModelRunner Load(string folder, CpuModelOptions options) => Load(folder, On("cpu", options));

    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">Manifest and weights do not fit, or CUDA was demanded and cannot be had.</exception>
    public static IModelRunner Load(string folder, ModelOptions options) => Made(() => ModelLoader.Load(Path.Combine(folder, "manifest.json"), options));

    /// <summary>Makes a runner and says which it is, where there was a choice, and what is amiss with it.</summary>
    /// <exception cref="InvalidDataException">CUDA was demanded and cannot be had, or the machine is too small.</exception>
    public static IModelRunner Made(Func<IModelRunner> make)
    {
        IModelRunner runner;
        try
        {
            runner = make();
        }
        catch (CudaUnavailableException e)
        {
            throw new InvalidDataException($"--engine cuda, but CUDA cannot be used here: {e.Message}", e);
        }

        foreach (string line in new[] { runner.Info.Choice, runner.Info.Remark }.Where(line => line.Length > 0))
        {
            Console.Error.WriteLine(line);
        }

        return runner;
    }

    /// <summary>The released weights that are copied beside the program.</summary>
    private static string DefaultFolder() => Path.Combine(AppContext.BaseDirectory, "models", "anyecg-s");
}
