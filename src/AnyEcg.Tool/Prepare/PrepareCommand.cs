using System.CommandLine;
using AnyEcg.Signal;
using Spectre.Console;

namespace AnyEcg.Tool;

/// <summary>`anyecg prepare`: recordings to training shards, through the signal path of the worker.</summary>
internal static class PrepareCommand
{
    private static readonly Argument<string[]> Records = new("record")
    {
        Description = "Recordings (WFDB, EDF, EDF+, BDF, ISHNE, CSV; of WFDB the path without extension) or folders of them.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Out = new("--out") { Description = "Folder for the shards.", Required = true };

    private static readonly Option<string?> Source = new("--source") { Description = "Name of the set; default: each recording's folder." };

    private static readonly Option<string?> Labels = new("--labels")
    {
        Description = "CSV 'record,label,split' with a label per recording (N, A, O, ~), or 'record,labels,unknown,anomaly,age,sex,split' "
            + "with several; recordings not in it are left out.",
    };

    private static readonly Option<string> Mains = new Option<string>("--mains")
    {
        Description = "Mains frequency in hertz to notch out.",
        DefaultValueFactory = _ => "off",
    }.AcceptOnlyFromAmong("off", "50", "60");

    private static readonly Option<double?> Snr = new("--snr") { Description = "Ratio of signal to noise in dB at which --noise is added." };

    public static Command Create()
    {
        Command command = new("prepare", "Write recordings as training shards, filtered by the worker's own signal path.")
        {
            Records, Out, Source, Labels, EvaluateOptions.Split, RecordingOption.SampleRate, RecordingOption.Units, Mains, EvaluateOptions.Noise, Snr, EvaluateOptions.Seed,
        };
        command.SetAction((parsed, cancel) => Task.FromResult(Run(parsed, cancel)));
        return command;
    }

    private static PrepareRequest Request(ParseResult parsed) => new()
    {
        Records = parsed.GetRequiredValue(Records),
        Out = parsed.GetRequiredValue(Out),
        Source = parsed.GetValue(Source),
        Labels = parsed.GetValue(Labels),
        Splits = parsed.GetValue(EvaluateOptions.Split) ?? [],
        Recording = RecordingOption.Read(parsed),
        Mains = parsed.GetValue(Mains) switch
        {
            "50" => MainsFrequency.Hz50,
            "60" => MainsFrequency.Hz60,
            _ => MainsFrequency.Off,
        },
        Noise = NoiseOf(parsed),
    };

    private static NoiseMix? NoiseOf(ParseResult parsed)
    {
        string[] noises = parsed.GetValue(EvaluateOptions.Noise) ?? [];
        double? snr = parsed.GetValue(Snr);
        return (noises.Length > 0, snr) switch
        {
            (false, null) => null,
            (true, >= -100 and <= 100) => new NoiseMix(NoiseLibrary.Parse(noises, parsed.GetValue(EvaluateOptions.Seed)), snr.Value),
            _ => throw new FormatException("--noise and --snr (-100 to 100 dB) belong together."),
        };
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        PrepareRequest request;
        IReadOnlyList<PrepareItem> items;
        try
        {
            request = Request(parsed);
            items = PrepareJob.Plan(request);
        }
        catch (Exception fault) when (fault is IOException or FormatException)
        {
            Console.Error.WriteLine(fault.Message);
            return ExitCodes.Usage;
        }

        IAnsiConsole console = Terminal.Error();
        IReadOnlyList<string> failures = [];
        console.Progress().Start(progress =>
        {
            ProgressTask bar = progress.AddTask("prepare", maxValue: Math.Max(items.Count, 1));
            failures = PrepareJob.Run(request, items, item => Show(bar, item), cancel);
        });
        foreach (string failure in failures)
        {
            Console.Error.WriteLine(failure);
        }

        Console.WriteLine($"{items.Count - failures.Count} of {items.Count} recordings prepared in {request.Out}");
        return failures.Count == 0 && items.Count > 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    internal static void Show(ProgressTask bar, PrepareItem item)
    {
        bar.Increment(1);
        bar.Description = Markup.Escape(Path.GetFileName(item.Path));
    }
}
