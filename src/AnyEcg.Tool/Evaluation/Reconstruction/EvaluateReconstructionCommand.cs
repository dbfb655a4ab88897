using System.CommandLine;
using AnyEcg.Model;
using AnyEcg.Recordings;

namespace AnyEcg.Tool;

/// <summary>`anyecg evaluate-reconstruction`: each of V1 ... V6 taken from 12-lead recordings and made anew, least squares beside it.</summary>
internal static class EvaluateReconstructionCommand
{
    private static readonly Argument<string[]> Records = new("record") { Description = "12-lead recordings, or folders of them.", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<string?> Labels = new("--labels") { Description = "CSV list of recordings with their split; those not in it are left out." };

    private static readonly Option<string?> Json = new Option<string?>("--json") { Description = "Write the figures as one JSON document." }.NewFile();

    private static readonly Option<string> Model = ModelOption.Create();

    public static Command Create()
    {
        Command command = new("evaluate-reconstruction", "Take each of V1 ... V6 from 12-lead recordings and score what is made of the others (docs/reconstruction.md).")
        {
            Records, Labels, EvaluateOptions.Split, Json, Model,
        };
        command.SetAction((parsed, cancel) => Task.FromResult(Run(parsed, cancel)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        try
        {
            IReadOnlyList<PrepareItem> items = PrepareJob.Plan(new PrepareRequest
            {
                Records = parsed.GetRequiredValue(Records),
                Out = "",
                Labels = parsed.GetValue(Labels),
                Splits = parsed.GetValue(EvaluateOptions.Split) ?? [],
            });
            string manifest = Path.Combine(parsed.GetRequiredValue(Model), "manifest.json");
            LeadPopulations population = ModelLoader.LoadReconstruction(manifest) ?? throw new InvalidDataException($"{manifest} has no lead reconstruction.");
            return Report(parsed, Measure(items, new LeadTrial(population), cancel), items.Count);
        }
        catch (Exception fault) when (fault is IOException or FormatException or InvalidDataException)
        {
            Console.Error.WriteLine(fault.Message);
            return ExitCodes.Usage;
        }
    }

    private static List<LeadRecord> Measure(IReadOnlyList<PrepareItem> items, LeadTrial trial, CancellationToken cancel)
    {
        List<LeadRecord> records = [];
        foreach (PrepareItem item in items)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                if (trial.Run(item.Path, new RecordingOptions()) is { } record)
                {
                    records.Add(record);
                }
                else
                {
                    Console.Error.WriteLine($"{item.Path}: left out, not all of I, II, V1 ... V6 throughout, or too short");
                }
            }
            catch (RecordingFormatException fault)
            {
                Console.Error.WriteLine($"{item.Path}: {fault.Message}");
            }
        }

        return records;
    }

    private static int Report(ParseResult parsed, List<LeadRecord> records, int asked)
    {
        if (records.Count == 0)
        {
            return ExitCodes.Failed;
        }

        ReconstructionReport report = new(records, new Bootstrap(Bootstrap.DefaultResamples, Bootstrap.DefaultSeed));
        if (parsed.GetValue(Json) is { } path)
        {
            using FileStream file = File.Create(path);
            report.WriteJson(file);
        }

        report.WriteMarkdown(Console.Out);
        return records.Count == asked ? ExitCodes.Done : ExitCodes.Failed;
    }
}
