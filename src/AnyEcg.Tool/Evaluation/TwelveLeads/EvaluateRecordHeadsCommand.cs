using System.CommandLine;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Recordings;
using AnyEcg.Simulator;

namespace AnyEcg.Tool;

/// <summary>`anyecg evaluate-records`: what the network says of whole 12-lead recordings, against a list of their labels.</summary>
internal static class EvaluateRecordHeadsCommand
{
    private static readonly Argument<string[]> Records = new("record") { Description = "Recordings, or folders of them.", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<string[]> Labels = new("--labels")
    {
        Description = "CSV 'record,labels,unknown,anomaly,age,sex,split'; recordings in none of the lists are left out.",
        Required = true,
    };

    private static readonly Option<string[]> Split = new("--split") { Description = "Take only this split of the lists; may be repeated." };

    private static readonly Option<string?> Json = new Option<string?>("--json") { Description = "Write the figures as one JSON document." }.NewFile();

    private static readonly Option<string> Model = ModelOption.Create();

    private static readonly Option<int> Threads = ModelOption.Threads();

    private static readonly Option<string> Engine = ModelOption.Engine();

    public static Command Create()
    {
        Command command = new("evaluate-records", "Score what the network says of whole 12-lead recordings: normal or not, and the arrhythmia classes.")
        {
            Records, Labels, Split, Json, Model, Threads, Engine,
        };
        command.SetAction((parsed, cancel) => Task.FromResult(Run(parsed, cancel)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        try
        {
            IReadOnlyList<PrepareItem> items = Plan(parsed);
            CpuModelOptions options = new() { Threads = parsed.GetValue(Threads), MaxSlots = 2, MaxLeadSlots = 32 };
            using RecordHeadReader model = new(ModelOption.Load(parsed.GetRequiredValue(Model), ModelOption.On(parsed.GetRequiredValue(Engine), options)));
            if ((model.Info.Heads & (ModelHeads.RecordAnomaly | ModelHeads.Arrhythmia)) == ModelHeads.None)
            {
                throw new InvalidDataException($"{model.Info.ModelId} has neither a trained anomaly head for records nor an arrhythmia head.");
            }

            List<string> faults = [];
            List<LabelledRecord> records = [.. items.Select(item => Read(item, model, faults, cancel)).OfType<LabelledRecord>()];
            faults.ForEach(Console.Error.WriteLine);
            Write(parsed, Score(model.Info, records));
            return faults.Count == 0 && records.Count > 0 ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (Exception fault) when (fault is IOException or FormatException or InvalidDataException)
        {
            Console.Error.WriteLine(fault.Message);
            return ExitCodes.Usage;
        }
    }

    private static IReadOnlyList<PrepareItem> Plan(ParseResult parsed) =>
    [
        .. parsed.GetRequiredValue(Labels).SelectMany(list => PrepareJob.Plan(new PrepareRequest
        {
            Records = parsed.GetRequiredValue(Records),
            Out = "",
            Labels = list,
            Splits = parsed.GetValue(Split) ?? [],
        })).Where(item => item.Entry?.Record is not null),
    ];

    private static LabelledRecord? Read(PrepareItem item, RecordHeadReader model, List<string> faults, CancellationToken cancel)
    {
        try
        {
            using FrameSource source = FrameSource.Open(item.Path, new FrameSourceOptions());
            new RecordRunner(model, AlertSettings.Default).Feed(source, new ResultCollector(), null, cancel);
            return model.Anomaly is { } anomaly ? new LabelledRecord(anomaly, model.Arrhythmia, item.Entry!.Record!) : null;
        }
        catch (Exception fault) when (fault is RecordingFormatException or IOException)
        {
            faults.Add($"{item.Path}: {fault.Message}");
            return null;
        }
    }

    private static RecordHeadReport Score(ModelRunnerInfo model, List<LabelledRecord> records)
    {
        Bootstrap bootstrap = new(Bootstrap.DefaultResamples, Bootstrap.DefaultSeed);
        List<RecordHeadScore> scores = [];
        if (model.Heads.HasFlag(ModelHeads.RecordAnomaly))
        {
            scores.Add(RecordHeadScore.OfAnomaly(records, bootstrap));
        }

        if (model.Heads.HasFlag(ModelHeads.Arrhythmia))
        {
            scores.AddRange(model.ArrhythmiaLabels.Select((name, index) => RecordHeadScore.OfClass(records, index, name, bootstrap)));
        }

        return new RecordHeadReport(model.ModelId, records.Count, scores);
    }

    private static void Write(ParseResult parsed, RecordHeadReport report)
    {
        if (parsed.GetValue(Json) is { } path)
        {
            using FileStream file = File.Create(path);
            report.WriteJson(file);
        }

        report.WriteMarkdown(Console.Out);
    }
}
