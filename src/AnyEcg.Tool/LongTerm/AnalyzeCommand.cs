using System.CommandLine;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Recordings;
using Spectre.Console;

namespace AnyEcg.Tool;

/// <summary>`anyecg analyze`: what a Holter report says of a recording of any length, in constant memory.</summary>
internal static class AnalyzeCommand
{
    /// <summary>A leap year.</summary>
    private const int MaxHours = 8784;

    private static readonly Argument<string[]> Records = new("record")
    {
        Description = "Recordings (WFDB, EDF, EDF+, BDF, ISHNE, CSV; of WFDB the path without extension) or folders of them.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Json = new Option<string?>("--json") { Description = "Write the figures as one JSON document." }.NewFile();

    private static readonly Option<string?> Markdown = new Option<string?>("--markdown") { Description = "Write the tables as Markdown." }.NewFile();

    private static readonly Option<string?> Annotator = new("--annotator")
    {
        Description = "Extension of annotations (such as atr) whose own figures are put beside those found.",
    };

    private static readonly Option<int> Hours = new Option<int>("--hours")
    {
        Description = "Hours kept for the table by the hour, the latest; 0: none.",
        DefaultValueFactory = _ => 48,
    }.Within(0, MaxHours);

    private static readonly Option<string> Model = ModelOption.Create();

    private static readonly Option<int> Threads = ModelOption.Threads();

    private static readonly Option<string> Engine = ModelOption.Engine();

    public static Command Create()
    {
        Command command = new("analyze", "Summarise recordings of any length as a Holter report does: burden, episodes, ectopy, pauses, by the hour.")
        {
            Records, Json, Markdown, Annotator, Hours, RecordingOption.SampleRate, RecordingOption.Units, Model, Threads, Engine,
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
            items = PrepareJob.Plan(new PrepareRequest { Records = parsed.GetRequiredValue(Records), Out = "" });
            CpuModelOptions sizes = new() { Threads = parsed.GetValue(Threads), MaxSlots = 2, MaxLeadSlots = 32 };
            model = ModelOption.Load(parsed.GetRequiredValue(Model), ModelOption.On(parsed.GetRequiredValue(Engine), sizes));
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
        RecordAnalyzer analyzer = new(model, AlertSettings.Default, parsed.GetValue(Hours));
        List<Analysis> analyses = [];
        List<string> failures = [];
        Terminal.Error().Progress().Start(progress =>
        {
            ProgressTask bar = progress.AddTask("analyze", maxValue: Math.Max(items.Count, 1));
            foreach (PrepareItem item in items)
            {
                bar.Description = Markup.Escape(Path.GetFileName(item.Path));
                int done = analyses.Count + failures.Count;
                try
                {
                    string? annotations = parsed.GetValue(Annotator) is { } extension ? $"{item.Stem}.{extension}" : null;
                    analyses.Add(analyzer.Run(item.Path, RecordingOption.Read(parsed), annotations, share => bar.Value = done + share, cancel));
                }
                catch (Exception fault) when (fault is IOException or RecordingFormatException)
                {
                    failures.Add($"{Path.GetFileName(item.Path)}: {fault.Message}");
                }

                bar.Value = done + 1;
            }
        });
        Write(parsed, analyses);
        failures.ForEach(Console.Error.WriteLine);
        return failures.Count == 0 && analyses.Count > 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static void Write(ParseResult parsed, List<Analysis> analyses)
    {
        IAnsiConsole console = Terminal.Output();
        foreach (Analysis analysis in analyses)
        {
            foreach (string remark in analysis.Remarks)
            {
                Console.Error.WriteLine($"{analysis.Name}: {remark}");
            }

            AnalysisText.Write(console, analysis);
        }

        AnalysisText.WriteComparison(console, analyses);

        if (parsed.GetValue(Json) is { } path)
        {
            using FileStream file = File.Create(path);
            AnalysisJson.Write(file, analyses);
        }

        if (parsed.GetValue(Markdown) is { } markdown)
        {
            File.WriteAllLines(markdown, AnalysisText.Markdown(analyses));
        }
    }
}
