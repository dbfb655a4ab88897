using System.CommandLine;
using AnyEcg.Engine;
using AnyEcg.Model;

namespace AnyEcg.Tool;

/// <summary>The options of `anyecg bench`, and the network that they name.</summary>
internal static class BenchOptions
{
    /// <summary>Of the random weights: two runs measure the same network.</summary>
    private const int Seed = 1;

    public static readonly Option<int> Streams = new Option<int>("--streams") { Description = "Streams at once.", DefaultValueFactory = _ => 100 }.Within(1, EngineOptions.MostBatch);

    public static readonly Option<int> Leads = new Option<int>("--leads") { Description = "Leads of each stream, 1 to 16.", DefaultValueFactory = _ => 1 }.Within(1, 16);

    public static readonly Option<int> Seconds = new Option<int>("--seconds") { Description = "Seconds of ECG of each stream, after the warm-up.", DefaultValueFactory = _ => 60 }.Within(1, 1_000_000);

    /// <summary>A benchmark measures the machine, so it takes the best that is there, as the worker does.</summary>
    public static readonly Option<string> Engine = ModelOption.Engine("auto");

    public static readonly Option<string?> Json = new Option<string?>("--json") { Description = "Write the result as one JSON document." }.NewFile();

    public static readonly Option<bool> Floor = new("--floor") { Description = "Measure as well what this machine's processor allows of the network; takes a gibibyte of memory." };

    public static readonly Option<bool> Runner = new("--runner") { Description = "Only the steps of the network, without the signal path, rules and alerts around them." };

    public static readonly Option<string?> Preset = new("--preset")
    {
        Description = "A size with random weights in place of a model: s as released, m, and b, l, xl with the parameters of the AnyECG paper's.",
    };

    public static readonly Option<string> Model = ModelOption.Create();

    public static readonly Option<int> Threads = ModelOption.Threads();

    public static readonly Option<bool> Units = ModelOption.MatrixUnits();

    public static Command Command()
    {
        Preset.AcceptOnlyFromAmong([.. ModelPresets.Names]);
        return new Command("bench", "Measure the pipeline from frames to alerts, or the network alone.")
        {
            Streams, Leads, Seconds, Engine, Preset, Runner, Json, Floor, Model, Threads, Units,
        };
    }

    public static NetworkConfig Config(ParseResult parsed) => parsed.GetValue(Preset) is { } preset
        ? ModelPresets.Find(preset)
        : ModelManifest.Read(Path.Combine(parsed.GetRequiredValue(Model), "manifest.json")).Config;

    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">Manifest and weights do not fit, CUDA was demanded and cannot be had, or the machine is too small.</exception>
    public static IModelRunner MakeModel(ParseResult parsed)
    {
        int streams = parsed.GetValue(Streams), leads = parsed.GetValue(Leads);
        CpuModelOptions cpu = new()
        {
            Threads = parsed.GetValue(Threads),
            MaxSlots = streams,
            MaxLeadSlots = streams * leads,
            MaxTokens = 1024,
            UseMatrixUnits = parsed.GetValue(Units),
        };
        ModelOptions options = ModelOption.On(parsed.GetRequiredValue(Engine), cpu);
        options = options with
        {
            // A card gets a second of all streams at once.
            Cuda = options.Cuda with { MaxRows = streams, MaxTokens = Math.Max(streams, Math.Min(streams * leads, EngineOptions.MostBatch)) },
        };
        return parsed.GetValue(Preset) is { } preset
            ? ModelOption.Made(() => ModelLoader.CreatePreset(preset, Seed, options))
            : ModelOption.Load(parsed.GetRequiredValue(Model), options);
    }
}
