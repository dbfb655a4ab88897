using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Recordings;
using Spectre.Console;
using static AnyEcg.Tool.EvaluateOptions;

namespace AnyEcg.Tool;

/// <summary>`anyecg evaluate`: recordings through the worker's pipeline, faster than real time, scored where they are annotated.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        Command command = new("evaluate", "Run recordings through the worker's pipeline and score the result (EC57; docs/evaluation.md).")
        {
            Records, Json, Markdown, Annotations, Annotator, Labels, Split, Exclude, SubsetFile, ScoreFrom, Tolerance, Noise, Snr, Asystole, AsystoleEach,
            Merge, Require, Seed, Resamples, EvaluateOptions.Parallel, RecordingOption.SampleRate, RecordingOption.Units, EvaluateOptions.Model, Threads, EvaluateOptions.MatrixUnits, EvaluateOptions.Engine,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Merge) is { Length: > 0 } == result.GetValue(Records) is { Length: > 0 })
            {
                result.AddError("Name records, or reports to --merge.");
            }
        });
        command.SetAction((parsed, cancel) => Task.FromResult(Run(parsed, cancel)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        try
        {
            IReadOnlyDictionary<string, Subset> subsets = parsed.GetValue(SubsetFile) is { } path ? Subsets.Read(path) : new Dictionary<string, Subset>();
            List<Requirement> bars = [.. (parsed.GetValue(Require) ?? []).Select(Requirement.Parse)];
            List<string> faults = [];
            (ReportHeader header, IReadOnlyList<RecordScore> records) = parsed.GetValue(Merge) is { Length: > 0 } reports
                ? ReportMerger.Read(reports)
                : Measure(parsed, faults, cancel);
            header = header with { Tool = $"anyecg {Version()}", Command = $"anyecg {string.Join(' ', parsed.Tokens.Select(t => t.Value))}", Seed = parsed.GetValue(Seed) };
            EvaluationReport report = EvaluationReport.Of(header, records, subsets, new Bootstrap(parsed.GetValue(Resamples), parsed.GetValue(Seed)));
            Write(parsed, report);
            faults.AddRange(bars.Select(bar => bar.Fault(report)).OfType<string>());
            faults.ForEach(Console.Error.WriteLine);
            return faults.Count == 0 && records.Count > 0 ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (Exception fault) when (fault is IOException or FormatException or InvalidDataException)
        {
            Console.Error.WriteLine(fault.Message);
            return ExitCodes.Usage;
        }
    }

    private static (ReportHeader Header, IReadOnlyList<RecordScore> Records) Measure(ParseResult parsed, List<string> faults, CancellationToken cancel)
    {
        EvaluationSettings settings = Settings(parsed);
        IReadOnlyList<PrepareItem> items = Plan(parsed);
        string folder = parsed.GetRequiredValue(EvaluateOptions.Model);
        int together = Math.Max(1, Math.Min(parsed.GetValue(EvaluateOptions.Parallel), items.Count)), threads = parsed.GetValue(Threads);
        CpuModelOptions options = new() { Threads = together > 1 ? Math.Max(1, threads) : threads, MaxSlots = 2, MaxLeadSlots = 32, UseMatrixUnits = parsed.GetValue(EvaluateOptions.MatrixUnits) };
        List<IModelRunner> models = [];
        try
        {
            models.AddRange(Enumerable.Range(0, together).Select(_ => ModelOption.Load(folder, ModelOption.On(parsed.GetRequiredValue(EvaluateOptions.Engine), options))));
            EvaluationRun run = new(settings, models);
            IReadOnlyList<RecordScore> records = WithProgress(items.Count, progress => run.Run(items, Console.Error.WriteLine, progress, cancel));
            faults.AddRange(run.Failures);
            return (new ReportHeader { ModelId = models[0].Info.ModelId, ModelSha256 = HashOf(folder), ToleranceSeconds = settings.Tolerance }, records);
        }
        finally
        {
            models.ForEach(model => model.Dispose());
        }
    }

    private static IReadOnlyList<PrepareItem> Plan(ParseResult parsed)
    {
        HashSet<string> excluded = [.. (parsed.GetValue(Exclude) ?? []).SelectMany(names => names.Split(','))];
        return
        [
            .. PrepareJob.Plan(new PrepareRequest
            {
                Records = parsed.GetRequiredValue(Records),
                Out = "",
                Labels = parsed.GetValue(Labels),
                Splits = parsed.GetValue(Split) ?? [],
            }).Where(item => !excluded.Contains(Path.GetFileName(item.Stem))),
        ];
    }

    private static IReadOnlyList<RecordScore> WithProgress(int count, Func<Action<PrepareItem, double>, IReadOnlyList<RecordScore>> run)
    {
        IReadOnlyList<RecordScore> records = [];
        Terminal.Error().Progress().Start(progress =>
        {
            ProgressTask bar = progress.AddTask("evaluate", maxValue: Math.Max(count, 1));
            records = run((item, share) =>
            {
                bar.Description = Markup.Escape(Path.GetFileName(item.Path));
                bar.Increment(share);
            });
        });
        return records;
    }

    private static void Write(ParseResult parsed, EvaluationReport report)
    {
        if (parsed.GetValue(Json) is { } path)
        {
            using FileStream file = File.Create(path);
            EvaluationJson.Write(file, report);
        }

        if (parsed.GetValue(Markdown) is { } page)
        {
            using StreamWriter writer = new(page) { NewLine = "\n" };
            MarkdownReport.Write(writer, report);
        }

        EvaluationTable.Write(Console.Out, report);
    }

    /// <summary>Of the weights, as stated in the manifest: loading has compared it with the file.</summary>
    private static string? HashOf(string folder)
    {
        using FileStream file = File.OpenRead(Path.Combine(folder, "manifest.json"));
        using JsonDocument manifest = JsonDocument.Parse(file);
        return manifest.RootElement.TryGetProperty("sha256", out JsonElement hash) ? hash.GetString() : null;
    }

    private static string Version() =>
        typeof(EvaluateCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
