using System.CommandLine;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Recordings;
using Spectre.Console;

namespace AnyEcg.Tool;

/// <summary>`anyecg evaluate`: recordings through the worker's pipeline, faster than real time, scored where they are annotated.</summary>
internal static class EvaluateCommand
{
    private static readonly Argument<string[]> Records = new("record")
    {
        Description = "Recordings (WFDB, EDF, EDF+, BDF, ISHNE, CSV; of WFDB the path without extension) or folders of them.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Json = new Option<string?>("--json") { Description = "Write the report as one JSON document." }.NewFile();

    private static readonly Option<string?> Annotations = new("--write-annotations") { Description = "Write RECORD.aecg beside a copy of the header into this folder." };

    private static readonly Option<string> Annotator = new("--annotator")
    {
        Description = "Extension of the reference annotations.",
        DefaultValueFactory = _ => "atr",
    };

    private static readonly Option<string?> Labels = new("--labels")
    {
        Description = "CSV 'record,label,split' with a record-level label (N, A, O, ~); recordings not in it are left out.",
    };

    private static readonly Option<string[]> Split = new("--split") { Description = "Take only this split of the list; may be repeated." };

    private static readonly Option<string> Model = ModelOption.Create();

    private static readonly Option<int> Threads = ModelOption.Threads();

    public static Command Create()
    {
        Command command = new("evaluate", "Run recordings through the worker's pipeline and score the result (EC57).")
        {
            Records, Json, Annotations, Annotator, Labels, Split, RecordingOption.SampleRate, RecordingOption.Units, Model, Threads,
        };
        command.SetAction((parsed, cancel) => Task.FromResult(Run(parsed, cancel)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        IReadOnlyList<PrepareItem> items;
        IModelRunner model;
        try
        {
            items = PrepareJob.Plan(new PrepareRequest
            {
                Records = parsed.GetRequiredValue(Records),
                Out = "",
                Labels = parsed.GetValue(Labels),
                Splits = parsed.GetValue(Split) ?? [],
            });
            model = ModelOption.Load(parsed.GetRequiredValue(Model), new CpuModelOptions { Threads = parsed.GetValue(Threads), MaxSlots = 2, MaxLeadSlots = 32 });
        }
        catch (Exception fault) when (fault is IOException or FormatException or InvalidDataException)
        {
            Console.Error.WriteLine(fault.Message);
            return ExitCodes.Usage;
        }

        using (model)
        {
            return Run(parsed, items, model, cancel);
        }
    }

    private static int Run(ParseResult parsed, IReadOnlyList<PrepareItem> items, IModelRunner model, CancellationToken cancel)
    {
        List<EvaluatedRecord> records = [];
        List<string> failures = [];
        RecordRunner runner = new(model, AlertSettings.Default);
        IAnsiConsole console = Terminal.Error();
        console.Progress().Start(progress =>
        {
            ProgressTask bar = progress.AddTask("evaluate", maxValue: Math.Max(items.Count, 1));
            foreach (PrepareItem item in items)
            {
                bar.Description = Markup.Escape(Path.GetFileName(item.Path));
                int done = records.Count + failures.Count;
                Evaluate(item, runner, parsed, records, failures, share => bar.Value = done + share, cancel);
                bar.Value = done + 1;
            }
        });
        failures.ForEach(Console.Error.WriteLine);
        EvaluationReport report = new(model.Info.ModelId, records);
        if (parsed.GetValue(Json) is { } path)
        {
            using FileStream file = File.Create(path);
            EvaluationJson.Write(file, report);
        }

        EvaluationTable.Write(Console.Out, report);
        return failures.Count == 0 && records.Count > 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static void Evaluate(
        PrepareItem item, RecordRunner runner, ParseResult parsed, List<EvaluatedRecord> records, List<string> failures, Action<double> progress, CancellationToken cancel)
    {
        try
        {
            RecordResult result = runner.Run(item.Path, RecordingOption.Read(parsed), progress, cancel);
            string reference = $"{item.Stem}.{parsed.GetRequiredValue(Annotator)}";
            RecordScore? score = File.Exists(reference)
                ? RecordScore.Of(result, RecordTruth.Read(reference, result.AnnotationRateHz, result.Seconds))
                : null;
            foreach (string remark in result.Remarks)
            {
                Console.Error.WriteLine($"{Path.GetFileName(item.Path)}: {remark}");
            }

            records.Add(new EvaluatedRecord(result, score, item.Entry?.Label));
            if (parsed.GetValue(Annotations) is { } folder)
            {
                ResultAnnotations.Write(folder, result, item.Stem);
            }
        }
        catch (Exception fault) when (fault is IOException or RecordingFormatException)
        {
            failures.Add($"{Path.GetFileName(item.Path)}: {fault.Message}");
        }
    }
}
