using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class EvaluationTableTests
{
    [Fact]
    public void Write_RecordWithTruth_HasItsFiguresAndTheGrossLine()
    {
        RecordResult result = Result("100", [new TimedBeat(1, BeatClass.N), new TimedBeat(2, BeatClass.V)]);
        RecordTruth truth = new() { ScoredFrom = 0, Beats = [new TimedBeat(1, BeatClass.N), new TimedBeat(2, BeatClass.V)] };
        string[] lines = Write(RecordScore.Of(result, truth));

        Assert.StartsWith("100 ", lines[0], StringComparison.Ordinal);
        Assert.Contains("QRS 1.000/1.000  V 1.000/1.000", lines[0], StringComparison.Ordinal);
        Assert.Contains("high alerts 1", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("gross", lines[1], StringComparison.Ordinal);
        Assert.Equal("1 records, model m", lines[^1]);
    }

    [Fact]
    public void Write_RecordWithoutTruth_HasDashesAndNoGrossLine()
    {
        string[] lines = Write(RecordScore.Of(Result("101", []), null));
        Assert.Contains("(- false)", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.StartsWith("gross", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_ManyRecords_OnlyTheSum()
    {
        RecordScore[] many = [.. Enumerable.Range(0, 61).Select(i => RecordScore.Of(Result($"r{i}", []), null))];
        Assert.Equal(["61 records, model m"], Write(many));
    }

    [Fact]
    public void Write_LabelledRecords_HaveTheChallengeScore()
    {
        string[] lines = Write([.. Enumerable.Repeat(RecordScore.Of(Result("A00001", []), null), 3).Zip(["N", "A", "O"], (r, label) => r with { Label = label })]);
        Assert.Contains(lines, line => line.StartsWith("CinC 2017: mean F1", StringComparison.Ordinal));
    }

    private static RecordResult Result(string name, TimedBeat[] beats) => new()
    {
        Name = name,
        AnnotationRateHz = 360,
        Seconds = 10,
        Beats = beats,
        Rhythm = [.. Enumerable.Repeat<RhythmClass?>(RhythmClass.Sinus, 10)],
        Alerts = [new RecordAlert(AlertKind.Asystole, AlertPriority.High, 3, 7, 8)],
    };

    private static string[] Write(params RecordScore[] records)
    {
        StringWriter output = new();
        EvaluationTable.Write(output, EvaluationReport.Of(new ReportHeader { ModelId = "m" }, records, new Dictionary<string, Subset>(), new Bootstrap(0, 1)));
        return output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }
}
