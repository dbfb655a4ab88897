using System.CommandLine;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Recordings;
using Spectre.Console;

namespace AnyEcg.Tool;

/// <summary>`anyecg candidates`: what the beat judge sees in annotated recordings, to train it.</summary>
internal static class CandidateCommand
{
    private static readonly Argument<string[]> Records = new("record")
    {
        Description = "Recordings with beat annotations (.atr), or folders of them; others only with --labels.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Out = new("--out") { Description = "Folder for the rows.", Required = true };

    private static readonly Option<string?> Labels = new("--labels")
    {
        Description = "CSV 'record,label,split': of a recording without beat annotations, labelled N or A, all clear beats are of class N.",
    };

    private static readonly Option<string> Model = ModelOption.Create();

    public static Command Create()
    {
        Command command = new("candidates", "Write the features of beat candidates, as the worker sees them, to train the beat judge.") { Records, Out, Labels, EvaluateOptions.Split, Model };
        command.SetAction((parsed, cancel) => Task.FromResult(Run(parsed, cancel)));
        return command;
    }

    private static PrepareRequest Request(ParseResult parsed, string folder) => new()
    {
        Records = parsed.GetRequiredValue(Records),
        Out = folder,
        Labels = parsed.GetValue(Labels),
        Splits = parsed.GetValue(EvaluateOptions.Split) ?? [],
    };

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        string folder = parsed.GetRequiredValue(Out);
        try
        {
            IReadOnlyList<PrepareItem> items = [.. PrepareJob.Plan(Request(parsed, folder)).Where(CandidateWriter.HasTruth)];
            using IModelRunner model = ModelOption.Load(parsed.GetRequiredValue(Model), new CpuModelOptions { Threads = 1, MaxSlots = 17, MaxLeadSlots = 32 });
            Terminal.Error().Progress().Start(progress =>
            {
                ProgressTask bar = progress.AddTask("candidates", maxValue: Math.Max(items.Count, 1));
                foreach (PrepareItem item in items)
                {
                    CandidateWriter.Write(item, model, folder, cancel);
                    PrepareCommand.Show(bar, item);
                }
            });
            Console.WriteLine($"candidates of {items.Count} recordings in {folder}");
            return items.Count > 0 ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (Exception fault) when (fault is IOException or FormatException or InvalidDataException or RecordingFormatException)
        {
            Console.Error.WriteLine(fault.Message);
            return ExitCodes.Failed;
        }
    }
}
