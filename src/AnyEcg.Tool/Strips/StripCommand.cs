using System.CommandLine;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Recordings;

namespace AnyEcg.Tool;

/// <summary>`anyecg strip`: a stretch of a record, or the rhythm codes of a model, as an SVG in true millimetres.</summary>
internal static class StripCommand
{
    private static readonly Argument<string?> Record = new("record")
    {
        Description = "A recording (WFDB, EDF, EDF+, BDF, ISHNE, CSV; of WFDB the path without extension).",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<double> From = new Option<double>("--from") { Description = "First second, from the record's start." }.Within(0, 1e9);

    private static readonly Option<double> Seconds = new Option<double>("--seconds") { Description = "Length.", DefaultValueFactory = _ => 10 }.Within(1, 300);

    private static readonly Option<string?> Annotator = new("--annotator") { Description = "Extension of annotations (such as atr) to draw beside what is found." };

    private static readonly Option<string[]> Leads = new("--lead") { Description = "Draw only this lead; may be repeated." };

    private static readonly Option<string?> Codes = new("--codes") { Description = "Draw the rhythm codes of this JSON file instead of a record." };

    private static readonly Option<string?> Out = new Option<string?>("--out") { Description = "The SVG file.", Required = true }.NewFile();

    private static readonly Option<string> Model = ModelOption.Create();

    private static readonly Option<int> Threads = ModelOption.Threads();

    private static readonly Option<string> Engine = ModelOption.Engine();

    public static Command Create()
    {
        Command command = new("strip", "Draw a strip of a record, with its beats and rhythms as annotated and as found.")
        {
            Record, From, Seconds, Annotator, Leads, Codes, Out, RecordingOption.SampleRate, RecordingOption.Units, Model, Threads, Engine,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Record) is null == result.GetValue(Codes) is null)
            {
                result.AddError("Give either a record or --codes.");
            }
        });
        command.SetAction((parsed, cancel) => Task.FromResult(Run(parsed, cancel)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        try
        {
            string svg = parsed.GetValue(Codes) is { } codes ? CodesSvg.Draw(RhythmCode.Read(codes)) : StripSvg.Draw(Read(parsed, cancel));
            File.WriteAllText(parsed.GetRequiredValue(Out)!, svg);
            return ExitCodes.Done;
        }
        catch (Exception fault) when (fault is IOException or FormatException or InvalidDataException or RecordingFormatException)
        {
            Console.Error.WriteLine(fault.Message);
            return ExitCodes.Failed;
        }
    }

    private static Strip Read(ParseResult parsed, CancellationToken cancel)
    {
        string asked = parsed.GetValue(Record)!;
        string path = RecordingPaths.Find(asked) ?? throw new FileNotFoundException($"There is no recording {asked}, nor {asked}.hea.");
        using IModelRunner model = ModelOption.Load(
            parsed.GetRequiredValue(Model),
            ModelOption.On(parsed.GetRequiredValue(Engine), new CpuModelOptions { Threads = parsed.GetValue(Threads), MaxSlots = 2, MaxLeadSlots = 32 }));
        return StripReader.Read(
            new StripRequest
            {
                Path = path,
                From = parsed.GetValue(From),
                Seconds = parsed.GetValue(Seconds),
                Annotations = parsed.GetValue(Annotator) is { } extension ? $"{RecordingPaths.StemOf(path)}.{extension}" : null,
                Leads = parsed.GetValue(Leads) ?? [],
                Recording = RecordingOption.Read(parsed),
            },
            model,
            cancel);
    }
}
