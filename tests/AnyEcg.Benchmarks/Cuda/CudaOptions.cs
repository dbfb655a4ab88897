using System.Globalization;

namespace AnyEcg.Benchmarks;

/// <summary><c>cuda</c>'s arguments.</summary>
internal sealed record CudaOptions
{
    /// <summary>Folders with NVRTC and cuBLASLt, where the system's search does not find them.</summary>
    public IReadOnlyList<string> Libraries { get; init; } = [];

    /// <summary>Which of the devices that the driver shows.</summary>
    public int Device { get; init; }

    /// <summary>Streams of one lead each, ascending.</summary>
    public IReadOnlyList<int> Streams { get; init; } = [1_000, 10_000, 100_000];

    /// <summary>Steps that are timed at each number of streams.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>Of the product whose rate is the card's; less only to try the command out where there is no card worth measuring.</summary>
    public int Side { get; init; } = 8192;

    /// <summary>A Python whose PyTorch knows the card.</summary>
    public string Python { get; init; } = PythonPeer.OfTheSystem;

    /// <summary>Most tokens of a pass; the engine's own number if nothing is said.</summary>
    public int? PassTokens { get; init; }

    /// <summary>rates, step, kernels, passes, gelu, presets, torch.</summary>
    public IReadOnlyList<string> Only { get; init; } = ["rates", "step", "kernels", "passes", "gelu", "presets", "torch"];

    /// <summary>No card: only whether the PyTorch peer answers as the CPU engine does.</summary>
    public bool CheckPeerOnCpu { get; init; }

    public string? Markdown { get; init; }

    public string? Json { get; init; }

    public static CudaOptions Parse(string[] args)
    {
        CudaOptions defaults = new();
        return new CudaOptions
        {
            Libraries = After("--libraries")?.Split(Path.PathSeparator) ?? [],
            Device = Number("--device") ?? 0,
            Streams = After("--streams")?.Split(',').Select(Parsed).Order().ToArray() ?? defaults.Streams,
            Steps = Number("--steps") ?? defaults.Steps,
            Side = Number("--side") ?? defaults.Side,
            Python = After("--python") ?? defaults.Python,
            PassTokens = Number("--pass-tokens"),
            Only = After("--only")?.Split(',') ?? defaults.Only,
            CheckPeerOnCpu = args.Contains("--check-peer-on-cpu"),
            Markdown = After("--markdown"),
            Json = After("--json"),
        };

        string? After(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
        int? Number(string name) => After(name) is { } text ? Parsed(text) : null;
        static int Parsed(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
