using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class ReportTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-report-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Of_TwoRecords_GrossAddsAndAverageTakesMeansEachWithItsInterval()
    {
        // a: 1 of 1 beats; b: 1 of 3
        FigureValue se = Report(Score("a", 1), Score("b", 3)).Conditions[0].All.Figures["beats.qrs.se"];

        Assert.Equal((0.5, 2 / 3d, 2), (se.Gross, se.Average!.Value, se.Records));
        Assert.Equal((new Interval(1 / 3d, 1), new Interval(1 / 3d, 1)), (se.GrossInterval, se.AverageInterval));
    }

    [Fact]
    public void Of_FigureOfOneRecord_HasNoInterval()
    {
        FigureValue vt = Report(Score("a", 1), Score("b", 3, RhythmClass.VentricularTachycardia)).Conditions[0].All.Figures["perSecond.vt.se"];
        Assert.Equal((0, null, null, 1), (vt.Gross, vt.GrossInterval, vt.AverageInterval, vt.Records));
    }

    [Fact]
    public void Of_LabelledRecords_HaveTheChallengeScoreWithAnIntervalAndNoAverage()
    {
        // calls are N; anomaly 0.1 0.3 of the two normal ones, 0.2 0.4 of the others: three of four pairs in order
        RecordScore[] records = [Labelled("a", "N", 0.1), Labelled("b", "A", 0.2), Labelled("c", "N", 0.3), Labelled("d", "O", 0.4), Labelled("e", "~", 0.9)];
        IReadOnlyDictionary<string, FigureValue> figures = Report(records).Conditions[0].All.Figures;

        Assert.Equal(2 * 2 / (2 + 5d), figures["cinc2017F1N"].Gross);
        Assert.Equal((0, 0, 2 * 2 / (2 + 5d) / 3), (figures["cinc2017F1A"].Gross, figures["cinc2017F1O"].Gross, figures["cinc2017F1"].Gross));
        Assert.Equal((0.75, null, 0), (figures["anomalyAuroc"].Gross, figures["anomalyAuroc"].Average, figures["anomalyAuroc"].Records));
        Assert.NotNull(figures["anomalyAuroc"].GrossInterval);
    }

    [Fact]
    public void Of_Subsets_TakeWhatTheyName()
    {
        string path = Write("subsets.json", """{ "no a": { "exclude": ["a"] }, "only a": { "include": ["a"] }, "calm": { "without": ["vt", "vf"] } }""");
        EvaluationReport report = EvaluationReport.Of(
            new ReportHeader(), [Score("a", 1), Score("b", 3), Score("c", 1, RhythmClass.VentricularTachycardia)], Subsets.Read(path), new Bootstrap(10, 1));

        IReadOnlyDictionary<string, Summary> subsets = report.Conditions[0].Subsets;
        Assert.Equal(["b", "c"], subsets["no a"].Names);
        Assert.Equal(["a"], subsets["only a"].Names);
        Assert.Equal(["a", "b"], subsets["calm"].Names);
        Assert.Equal(0.5, subsets["no a"].Figures["beats.qrs.se"].Gross);
    }

    [Fact]
    public void Of_RunOfVentricularBeats_CountsAsTachycardiaForSubsets()
    {
        RecordTruth truth = new() { ScoredFrom = 0, Beats = [.. Enumerable.Range(0, 5).Select(i => new TimedBeat(i * 0.5, BeatClass.V))] };
        Assert.Equal(["vt"], RecordScore.Of(Result("a"), truth).Annotated);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{ "x": {} }""")]
    [InlineData("""{ "x": null }""")]
    [InlineData("""{ "x": { "exclud": ["a"] } }""")]
    [InlineData("""{ "a:b": { "exclude": ["a"] } }""")]
    [InlineData("""{ "x": { "without": ["vfib"] } }""")]
    public void Read_BadSubsets_AreRefused(string json) => Assert.Throws<FormatException>(() => Subsets.Read(Write("s.json", json)));

    [Theory]
    [InlineData("beats.qrs.se>=0.5", true)]
    [InlineData("beats.qrs.se>=0.51", false)]
    [InlineData("beats.qrs.se<=0.5", true)]
    [InlineData("average.beats.qrs.se>=0.66", true)]
    [InlineData("beats.qrs.se@12>=0.9", true)]
    [InlineData("beats.qrs.se@clean>=0.9", false)]
    [InlineData("few:beats.qrs.se>=0.3", true)]
    [InlineData("few:beats.qrs.se@12>=1", false)]
    [InlineData("beats.qrs.se@6>=0", false)]
    [InlineData("beats.qrs.sensitivity>=0", false)]
    [InlineData("beats.s.se>=0", false)]
    public void Fault_Bars_ComparesTheFigureThatIsMeant(string text, bool reached)
    {
        Dictionary<string, Subset> subsets = new() { ["few"] = new Subset { Include = ["b"] } };
        EvaluationReport report = EvaluationReport.Of(
            new ReportHeader(), [Score("a", 1), Score("b", 3), Score("a", 1) with { SnrDb = 12 }], subsets, new Bootstrap(0, 1));
        Assert.Equal(reached, Requirement.Parse(text).Fault(report) is null);
    }

    [Theory]
    [InlineData("beats.qrs.se")]
    [InlineData("beats.qrs.se>0.5")]
    [InlineData("beats.qrs.se>=high")]
    [InlineData(">=1")]
    public void Parse_BadBars_AreRefused(string text) => Assert.Throws<FormatException>(() => Requirement.Parse(text));

    [Fact]
    public void Read_ReportsOfDisjointRecords_GiveTheReportOfAll()
    {
        string one = WriteReport("one.json", Report(Score("b", 3))), two = WriteReport("two.json", Report(Score("a", 1)));
        (ReportHeader header, IReadOnlyList<RecordScore> records) = ReportMerger.Read([one, two]);

        Assert.Equal(["a", "b"], records.Select(r => r.Name));
        Assert.Equal("m", header.ModelId);
        EvaluationReport merged = EvaluationReport.Of(header, records, new Dictionary<string, Subset>(), new Bootstrap(100, 1));
        Assert.Equal(Report(Score("a", 1), Score("b", 3)).Conditions[0].All.Figures, merged.Conditions[0].All.Figures);
        FormatException fault = Assert.Throws<FormatException>(() => ReportMerger.Read([one, two, one]));
        Assert.Contains("Record b (clean)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_Rates_HaveExactBoundsADay()
    {
        AlertScore score = new() { Counts = [new(AlertKind.Asystole, AlertPriority.High) { False = 1, True = 2 }], ScoredSeconds = 43_200, CountedSeconds = 43_200 };
        AlertRate all = AlertRate.Of(score)[0], asystole = AlertRate.Of(score)[1];

        Assert.Equal((AlertPriority.High, null, AlertKind.Asystole), (all.Priority, all.Kind, asystole.Kind));
        Assert.Equal((2d, 0.25), (asystole.FalsePerDay, asystole.RaisedPerHour));
        Assert.Equal((0.0506, 11.143), (Math.Round(asystole.FalsePerDayBounds!.Value.Low, 4), Math.Round(asystole.FalsePerDayBounds.Value.High, 3)));
    }

    [Fact]
    public void Write_Markdown_HasCurveTablesAndRecords()
    {
        AsystoleScore asystole = new() { Stretches = [new() { Wanted = 4, From = 1, Pause = 4.5, ToAlert = 5.5 }, new() { Wanted = 4, From = 9, Pause = 4 }], Seconds = 3600 };
        RecordScore[] scores = [Score("a", 1) with { Asystole = asystole, Label = "N" }, Score("b", 3), Score("a", 1) with { SnrDb = 6, Noise = "bw | x" }];
        StringWriter output = new() { NewLine = "\n" };
        MarkdownReport.Write(output, Report(scores));
        string page = output.ToString();

        Assert.Contains("| clean | 0.500 / 1.000 |", page, StringComparison.Ordinal);
        Assert.Contains("| 6 | 1.000 / 1.000 |", page, StringComparison.Ordinal);
        Assert.Contains("| `beats.qrs.se` | 0.5 | 0.3333 to 1 | 0.6667 | 0.3333 to 1 | 2 |", page, StringComparison.Ordinal);
        Assert.Contains("| 4 s and up to a beat more | 2 | 1 | 0 | 5.5 | 5.5 | 5.5 |", page, StringComparison.Ordinal);
        Assert.Contains("bw \\| x", page, StringComparison.Ordinal);
        string[] lines = page.Split('\n');
        Assert.All(lines.Zip(lines.Skip(1)).Where(l => l.First.StartsWith('|') && l.Second.StartsWith('|')), l => Assert.Equal(Bars(l.First), Bars(l.Second)));
    }

    private static RecordScore Labelled(string name, string label, double anomaly) => Score(name, 1) with { Label = label, Anomaly = anomaly };

    private static int Bars(string line) => line.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|');

    private static EvaluationReport Report(params RecordScore[] records) =>
        EvaluationReport.Of(new ReportHeader { ModelId = "m" }, records, new Dictionary<string, Subset>(), new Bootstrap(100, 1));

    /// <summary>One beat found of so many.</summary>
    private static RecordScore Score(string name, int annotated, RhythmClass rhythm = RhythmClass.Sinus)
    {
        RecordTruth truth = new()
        {
            ScoredFrom = 0,
            Beats = [.. Enumerable.Range(1, annotated).Select(k => new TimedBeat(k, BeatClass.N))],
            Rhythms = [new(new Episode(0, 20), rhythm, "")],
        };
        return RecordScore.Of(Result(name), truth);
    }

    private static RecordResult Result(string name) => new()
    {
        Name = name,
        AnnotationRateHz = 300,
        Seconds = 20,
        Beats = [new(1, BeatClass.N)],
        Rhythm = [.. Enumerable.Repeat<RhythmClass?>(RhythmClass.Sinus, 20)],
        Alerts = [],
    };

    private string Write(string name, string text)
    {
        string path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string WriteReport(string name, EvaluationReport report)
    {
        string path = Path.Combine(folder.FullName, name);
        using FileStream file = File.Create(path);
        EvaluationJson.Write(file, report);
        return path;
    }
}
