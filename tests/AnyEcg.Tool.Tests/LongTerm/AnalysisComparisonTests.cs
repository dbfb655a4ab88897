using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class AnalysisComparisonTests
{
    [Fact]
    public void Rows_TwoRecords_HaveTheirFiguresAndTheMeanDifference()
    {
        // Of 100 s: 40 against 50 in fibrillation, 10 against 10; ventricular beats 2 against 5, 0 against 1, in hours 36 times as many.
        IReadOnlyList<string[]> rows = AnalysisComparison.Rows([Of("a", (40, 2), (50, 5)), Of("b", (10, 0), (10, 1))]);
        Assert.Equal(["a", "b", "mean difference"], rows.Select(r => r[0]));
        Assert.Equal(["40.00 (50.00)", "10.00 (10.00)", "5.000"], rows.Select(r => r[1]));
        Assert.Equal(["72.0 (180.0)", "0.0 (36.0)", "72.00"], rows.Select(r => r[3]));
        Assert.All(rows, row => Assert.Equal(AnalysisComparison.Headings.Count, row.Length));
    }

    [Fact]
    public void Rows_AnnotatorWithoutBeats_StaysOutOfTheMean()
    {
        Analysis silent = Of("b", (10, 0), (10, 1));
        silent = silent with { Annotated = silent.Annotated! with { HasBeats = false } };
        IReadOnlyList<string[]> rows = AnalysisComparison.Rows([Of("a", (40, 2), (50, 5)), silent]);
        Assert.Equal(["72.0 (180.0)", "0.0 (-)", "108.00"], rows.Select(r => r[3]));
    }

    [Fact]
    public void Rows_FewerThanTwoAnnotated_AreNone()
    {
        Analysis one = Of("a", (40, 2), (50, 5));
        Assert.Empty(AnalysisComparison.Rows([one, one with { Annotated = null }]));
    }

    private static Analysis Of(string name, (int Af, int V) found, (int Af, int V) annotated) => new()
    {
        Name = name,
        Seconds = 100,
        ModelId = "m",
        Found = new AnalysisColumn("found", Fold(found)),
        Annotated = new AnalysisColumn("annotated", Fold(annotated)),
        Alerts = [],
    };

    private static LongTermSummary Fold((int Af, int V) what) => AnnotatedSeconds.Fold(
        new RecordTruth
        {
            ScoredFrom = 0,
            Beats = [.. Enumerable.Range(0, 90).Select(i => new TimedBeat(i + 0.5, i < what.V * 3 && i % 3 == 0 ? BeatClass.V : BeatClass.N))],
            Rhythms = [new RhythmSpan(new Episode(0, what.Af), RhythmClass.AtrialFibrillation, "(AFIB"), new RhythmSpan(new Episode(what.Af, 100), RhythmClass.Sinus, "(N")],
        },
        100,
        AlertSettings.Default,
        0);
}
