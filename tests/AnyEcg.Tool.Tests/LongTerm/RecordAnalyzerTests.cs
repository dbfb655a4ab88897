using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Recordings;
using AnyEcg.Signal;
using AnyEcg.Simulator;
using AnyEcg.Worker.Tests;

namespace AnyEcg.Tool.Tests;

/// <summary>A synthetic recording whose programme is known, through the whole pipeline and into all three kinds of output.</summary>
public sealed class RecordAnalyzerTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-analyze-");
    private readonly IModelRunner model = ModelLoader.CreateRandom(
        TestModel.Config, 3, new CpuModelOptions { Threads = 1, MaxSlots = 2, MaxLeadSlots = 4, MaxRows = 64, MaxTokens = 64 });

    [Fact]
    public void Run_SyntheticRecord_AnnotatedFiguresAreTheProgramme()
    {
        Analysis analysis = Analyze(annotated: true);
        LongTermSummary truth = analysis.Annotated!.Summary;
        Assert.Equal((300.0, 300L), (analysis.Seconds, truth.Totals.Span));
        Assert.Equal(
            (180L, 90L, 20L, 10L),
            (truth.Totals.SecondsOf(RhythmClass.Sinus), truth.Totals.SecondsOf(RhythmClass.AtrialFibrillation),
                truth.Totals.SecondsOf(RhythmClass.VentricularTachycardia), truth.Totals.SecondsOf(RhythmClass.VentricularFibrillation)));
        Assert.Equal(new EpisodeFact(new EcgPlace(120 * 300, 120_000_000_000), 90), truth.LongestEpisodes[RhythmClass.AtrialFibrillation]);
        Assert.Equal((1L, 4.0), (truth.Totals.Pauses, Math.Round(truth.LongestPause!.Value.Seconds, 1)));

        // Twenty seconds at 150/min, all ventricular; before it every tenth beat of two minutes at 60/min.
        Assert.InRange(truth.LongestVentricularRun!.Value.Beats, 48, 50);
        Assert.InRange(truth.LongestVentricularRun!.Value.Rate, 145, 155);
        Assert.Equal((0L, 1L, 1L), (truth.Totals.Ventricular.Couplets, truth.Totals.Ventricular.Runs, truth.Totals.Ventricular.FastRuns));
        Assert.InRange(truth.Totals.BeatsOf(BeatClass.V) - truth.LongestVentricularRun!.Value.Beats, 10, 12);
    }

    [Fact]
    public void Run_AnyRecord_AccountsForEverySecondAndHour()
    {
        Analysis analysis = Analyze(annotated: false);
        LongTermTotals found = analysis.Found.Summary.Totals;
        Assert.Null(analysis.Annotated);
        Assert.InRange(found.Span, 299, 300);
        Assert.Equal(found.Span, Assert.Single(analysis.Found.Summary.Hours).Totals.Span);
        Assert.Equal(found.Analysed, Enum.GetValues<RhythmClass>().Sum(found.SecondsOf));
    }

    [Fact]
    public void Outputs_SayTheSame()
    {
        Analysis analysis = Analyze(annotated: true);
        using MemoryStream stream = new();
        AnalysisJson.Write(stream, [analysis]);
        using JsonDocument json = JsonDocument.Parse(stream.ToArray());
        JsonElement record = json.RootElement.GetProperty("records")[0], annotated = record.GetProperty("annotated");
        LongTermSummary truth = analysis.Annotated!.Summary;
        Assert.Equal(truth.Totals.Beats, annotated.GetProperty("beats").GetProperty("all").GetInt64());
        Assert.Equal(120, annotated.GetProperty("episodes").GetProperty("af").GetProperty("longest").GetProperty("startSeconds").GetDouble());
        Assert.Equal(0.3, annotated.GetProperty("afBurden").GetDouble());
        Assert.Equal(JsonValueKind.Null, annotated.GetProperty("episodes").GetProperty("afl").GetProperty("longest").ValueKind);
        Assert.Equal(truth.Totals.Span, annotated.GetProperty("hours")[0].GetProperty("seconds").GetProperty("span").GetInt64());
        Assert.Equal(analysis.Found.Summary.Totals.Span, record.GetProperty("found").GetProperty("seconds").GetProperty("span").GetInt64());

        string[] lines = [.. AnalysisText.Markdown(analysis)];
        Assert.StartsWith("## synthetic: 0:05:00 of ECG, model ", lines[0], StringComparison.Ordinal);
        Assert.Single(lines, line => line.StartsWith("| atrial fibrillation, burden |", StringComparison.Ordinal) && line.EndsWith("| 0:01:30 (30.00 %) |", StringComparison.Ordinal));
        Assert.Single(lines, line => line.StartsWith("| longest pause |", StringComparison.Ordinal) && line.Contains("| 4.0", StringComparison.Ordinal));
    }

    [Fact]
    public void Markdown_ReaderWithoutBeats_HasDashes()
    {
        Analysis analysis = Analyze(annotated: true);
        analysis = analysis with { Annotated = analysis.Annotated! with { HasBeats = false } };
        string[] lines = [.. AnalysisText.Markdown(analysis)];
        Assert.Single(lines, line => line.StartsWith("| beats |", StringComparison.Ordinal) && line.EndsWith("| - |", StringComparison.Ordinal));
        Assert.Single(lines, line => line.StartsWith("| span", StringComparison.Ordinal) && line.EndsWith("| 0:05:00 |", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        model.Dispose();
        folder.Delete(recursive: true);
    }

    private Analysis Analyze(bool annotated)
    {
        SimulatedDeviceOptions options = new()
        {
            Key = new StreamKey("g", "synthetic"),
            FirstEpoch = 1,
            Synthetic = new SyntheticOptions
            {
                Programme =
                [
                    new() { Rhythm = SyntheticRhythm.Sinus, Seconds = 120, Rate = 60, VentricularEvery = 10, PauseAt = 55.5, PauseSeconds = 4 },
                    new() { Rhythm = SyntheticRhythm.AtrialFibrillation, Seconds = 90, Rate = 90 },
                    new() { Rhythm = SyntheticRhythm.VentricularTachycardia, Seconds = 20, Rate = 150 },
                    new() { Rhythm = SyntheticRhythm.VentricularFibrillation, Seconds = 10 },
                    new() { Rhythm = SyntheticRhythm.Sinus, Seconds = 60, Rate = 80 },
                ],
            },
        };
        using (SimulatedDevice device = new(options, new StillClock()))
        {
            RecordFiles.Write(device, folder.FullName, 1e6);
        }

        string path = Path.Combine(folder.FullName, "synthetic");
        return new RecordAnalyzer(model, AlertSettings.Default, 2).Run(path, new RecordingOptions(), annotated ? path + ".atr" : null, null, CancellationToken.None);
    }
}
