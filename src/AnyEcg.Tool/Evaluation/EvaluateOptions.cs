using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace AnyEcg.Tool;

/// <summary>The options of `anyecg evaluate`.</summary>
internal static class EvaluateOptions
{
    public static readonly Argument<string[]> Records = new("record")
    {
        Description = "Recordings (WFDB, EDF, EDF+, BDF, ISHNE, CSV; of WFDB the path without extension) or folders of them.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static readonly Option<string?> Json = new Option<string?>("--json") { Description = "Write the report as one JSON document." }.NewFile();

    public static readonly Option<string?> Markdown = new Option<string?>("--markdown") { Description = "Write the report as a Markdown page." }.NewFile();

    public static readonly Option<string?> Annotations = new("--write-annotations") { Description = "Write RECORD.aecg beside a copy of the header into this folder." };

    public static readonly Option<string> Annotator = new("--annotator") { Description = "Extension of the reference annotations.", DefaultValueFactory = _ => "atr" };

    public static readonly Option<string?> Labels = new("--labels")
    {
        Description = "CSV 'record,label,split' with a record-level label (N, A, O, ~); recordings not in it are left out.",
    };

    public static readonly Option<string[]> Split = new("--split") { Description = "Take only this split of the list; may be repeated." };

    public static readonly Option<string[]> Exclude = Many("--exclude", "Names of records to leave out, with commas between.");

    public static readonly Option<string?> SubsetFile = new("--subsets")
    {
        Description = """JSON file of named parts of the records, reported beside all: { "NAME": { "include": [...], "exclude": [...], "without": ["vt", "vf"] } }.""",
    };

    public static readonly Option<double?> ScoreFrom = new("--score-from")
    {
        Description = "Second from which records are scored; default: 300, and 0 for records below 10 minutes.",
    };

    public static readonly Option<double?> Tolerance = new Option<double?>("--tolerance")
    {
        Description = "Seconds around rhythm marks that do not count, in figures beside the strict ones: for marks set by hand.",
    }.AboveZero();

    public static readonly Option<string[]> Noise = Many(
        "--noise", "A recording of noise to add, RECORD or RECORD@FROM-TO in seconds; commas join the pieces of one noise. Of several noises each record draws one.");

    public static readonly Option<string[]> Snr = Many("--snr", "Signal-to-noise ratios in dB with commas between, 'clean' for none: one run over all records for each.");

    public static readonly Option<double[]> Asystole = new("--asystole")
    {
        Description = "Make stretches of so many seconds (4,5,8,15) flat, a few of each in every record with annotated beats, and count the alerts.",
        CustomParser = Numbers,
    };

    public static readonly Option<int> AsystoleEach = new Option<int>("--asystole-each")
    {
        Description = "Stretches of each length in a record.",
        DefaultValueFactory = _ => 3,
    }.Within(1, 1000);

    public static readonly Option<string[]> Merge = new("--merge")
    {
        Description = "Merge JSON reports over disjoint records (folds of a cross-validation) instead of running any.",
        AllowMultipleArgumentsPerToken = true,
    };

    public static readonly Option<string[]> Require = Many("--require", "A bar, '[SUBSET:][average.]FIGURE[@SNR]>=VALUE' or '<='; one that is missed makes the exit code 1.");

    public static readonly Option<int> Seed = new("--seed") { Description = "Of every choice by chance.", DefaultValueFactory = _ => Bootstrap.DefaultSeed };

    public static readonly Option<int> Resamples = new Option<int>("--resamples")
    {
        Description = "Of the bootstrap; 0: no intervals.",
        DefaultValueFactory = _ => Bootstrap.DefaultResamples,
    }.Within(0, 1_000_000);

    public static readonly Option<int> Parallel = new Option<int>("--parallel")
    {
        Description = "Records run at the same time, each with the network loaded anew; the results are the same.",
        DefaultValueFactory = _ => 1,
    }.Within(1, 256);

    public static readonly Option<string> Model = ModelOption.Create();

    public static readonly Option<int> Threads = ModelOption.Threads();

    public static readonly Option<bool> MatrixUnits = ModelOption.MatrixUnits();

    public static readonly Option<string> Engine = ModelOption.Engine();

    /// <exception cref="FormatException">A value is not of its form.</exception>
    public static EvaluationSettings Settings(ParseResult parsed)
    {
        string[] noises = parsed.GetValue(Noise) ?? [], snrs = parsed.GetValue(Snr) ?? [];
        double?[] ratios = [.. snrs.SelectMany(value => value.Split(',')).Select(Ratio).Distinct()];
        if (ratios.Any(ratio => ratio is not null) != noises.Length > 0)
        {
            throw new FormatException("--noise and --snr belong together.");
        }

        int seed = parsed.GetValue(Seed);
        return new EvaluationSettings
        {
            Recording = RecordingOption.Read(parsed),
            Annotator = parsed.GetRequiredValue(Annotator),
            ScoreFrom = parsed.GetValue(ScoreFrom),
            Tolerance = parsed.GetValue(Tolerance),
            Noise = noises.Length > 0 ? NoiseLibrary.Parse(noises, seed) : null,
            Snrs = ratios.Length > 0 ? ratios : [null],
            AsystoleLengths = parsed.GetValue(Asystole) ?? [],
            AsystoleEach = parsed.GetValue(AsystoleEach),
            Seed = seed,
            WriteAnnotations = parsed.GetValue(Annotations),
        };
    }

    private static double? Ratio(string text) => text == "clean" ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && Math.Abs(value) <= 100 ? value
        : throw new FormatException($"--snr {text}: neither a ratio in dB nor 'clean'.");

    private static double[]? Numbers(ArgumentResult result)
    {
        List<double> values = [];
        foreach (string text in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || value is not (> 0 and <= 600))
            {
                result.AddError($"--asystole {text}: not a number of seconds up to 600.");
                return null;
            }

            values.Add(value);
        }

        return [.. values];
    }

    /// <summary>Given again for each value: one that took several at once would take the records behind it, too.</summary>
    private static Option<string[]> Many(string name, string description) => new(name) { Description = description };
}
