using System.Text;
using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class EvaluationJsonTests
{
    [Fact]
    public void Write_TwoRecords_HasTheKeysThatScriptsRelyOn()
    {
        JsonElement json = Write(Report());

        Assert.Equal("model-1", json.GetProperty("modelId").GetString());
        JsonElement record = json.GetProperty("records")[0];
        Assert.Equal(("one", 20), (record.GetProperty("name").GetString(), record.GetProperty("seconds").GetDouble()));
        Assert.Equal("A", record.GetProperty("cinc2017").GetString());
        Assert.Equal(12, record.GetProperty("rhythmSeconds").GetProperty("af").GetInt32());
        Assert.Equal(8, record.GetProperty("rhythmSeconds").GetProperty("sinus").GetInt32());
        JsonElement alert = record.GetProperty("alerts")[0];
        Assert.Equal(("ventricular-fibrillation", "high"), (alert.GetProperty("kind").GetString(), alert.GetProperty("priority").GetString()));
        Assert.Equal((4, JsonValueKind.Null), (alert.GetProperty("onsetSeconds").GetDouble(), alert.GetProperty("endSeconds").ValueKind));
        foreach (JsonElement summary in (JsonElement[])[json.GetProperty("gross"), json.GetProperty("average")])
        {
            foreach (string kind in (string[])["qrs", "v", "s"])
            {
                Assert.All((string[])["se", "ppv"], key => summary.GetProperty("beats").GetProperty(kind).GetProperty(key));
            }

            foreach (string kind in (string[])["af", "vt", "vf"])
            {
                Assert.All(
                    (string[])["episodeSe", "episodePpv", "durationSe", "durationPpv"],
                    key => summary.GetProperty("episodes").GetProperty(kind).GetProperty(key));
            }

            summary.GetProperty("falseHighAlertsPerDay");
            Assert.All((string[])["p50", "p95"], key => summary.GetProperty("timeToAlertSeconds").GetProperty(key));
        }
    }

    [Fact]
    public void Write_TwoRecords_GrossAddsCountsAndAverageTakesMeans()
    {
        JsonElement json = Write(Report());

        // record one: 1 of 1 beats found; record two: 1 of 3
        JsonElement gross = json.GetProperty("gross").GetProperty("beats").GetProperty("qrs");
        JsonElement average = json.GetProperty("average").GetProperty("beats").GetProperty("qrs");
        Assert.Equal((2, 2, 0.5), (gross.GetProperty("tp").GetInt32(), gross.GetProperty("fn").GetInt32(), gross.GetProperty("se").GetDouble()));
        Assert.Equal(0.666667, average.GetProperty("se").GetDouble());
        Assert.Equal(86_400 / 40d, json.GetProperty("gross").GetProperty("falseHighAlertsPerDay").GetDouble());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("gross").GetProperty("episodes").GetProperty("vt").GetProperty("episodeSe").ValueKind);
    }

    [Fact]
    public void Read_AWrittenReport_GivesTheSameFiguresAgain()
    {
        EvaluationReport report = Report();
        using MemoryStream stream = new();
        EvaluationJson.Write(stream, report);
        stream.Position = 0;

        (ReportHeader header, IReadOnlyList<RecordScore> records) = EvaluationJson.Read(stream);

        using MemoryStream again = new();
        EvaluationJson.Write(again, EvaluationReport.Of(header, records, new Dictionary<string, Subset>(), new Bootstrap(100, 1)));
        Assert.Equal(Encoding.UTF8.GetString(stream.ToArray()), Encoding.UTF8.GetString(again.ToArray()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"schema":"anyecg-evaluation/1"}""")]
    [InlineData("""{"schema":"anyecg-evaluation/1","records":[{"name":5}]}""")]
    public void Read_AnythingElse_IsRefused(string json) =>
        Assert.Throws<FormatException>(() => EvaluationJson.Read(new MemoryStream(Encoding.UTF8.GetBytes(json))));

    [Fact]
    public void Write_AlertKinds_AreTheNamesOnTheWire()
    {
        RecordAlert[] alerts = [.. Enum.GetValues<AlertKind>().Select(kind => new RecordAlert(kind, AlertPriority.Low, 1, 2, 3))];
        JsonElement json = Write(ReportOf(RecordScore.Of(Result("all") with { Alerts = alerts }, null)));

        Assert.Equal(AlertKindTable.Rows.Select(row => row.Name), json.GetProperty("records")[0].GetProperty("alerts").EnumerateArray().Select(a => a.GetProperty("kind").GetString()));
    }

    [Fact]
    public void Write_RecordWithoutAnnotations_StillSaysWhatWasFound()
    {
        JsonElement json = Write(ReportOf(RecordScore.Of(Result("bare", RhythmClass.Sinus), null)));

        Assert.Equal(JsonValueKind.Null, json.GetProperty("records")[0].GetProperty("beats").ValueKind);
        Assert.Equal("N", json.GetProperty("records")[0].GetProperty("cinc2017").GetString());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("gross").GetProperty("beats").ValueKind);
    }

    [Theory]
    [InlineData("SSSSSSAAAA", "N")]
    [InlineData("SSSSSAAAAA", "A")]
    [InlineData("SSSSOOOOOO", "O")]
    [InlineData("SSSS~~~~~~", "~")]
    [InlineData("AAA-------", "~")]
    [InlineData("", "~")]
    public void Call_Seconds_AreCountedByHalves(string seconds, string call)
    {
        RhythmClass?[] rhythm = [.. seconds.Select(c => c switch
        {
            'S' => RhythmClass.Sinus,
            'A' => RhythmClass.AtrialFibrillation,
            'O' => RhythmClass.Other,
            '~' => RhythmClass.Unreadable,
            _ => (RhythmClass?)null,
        })];

        Assert.Equal(call, Cinc2017.Call(Result("r") with { Rhythm = rhythm }));
    }

    [Fact]
    public void Call_StripHead_OverridesTheSeconds() =>
        Assert.Equal("O", Cinc2017.Call(Result("r") with { Rhythm = [RhythmClass.Sinus], Strip = "O" }));

    [Fact]
    public void Score_LabelsAndCalls_IsTheMeanF1OfThree()
    {
        (string, string)[] records = [("N", "N"), ("N", "O"), ("A", "A"), ("O", "O"), ("~", "N")];

        // N: 2*1/(2+2); A: 1; O: 2*1/(1+2)
        Assert.Equal((0.5 + 1 + (2 / 3d)) / 3, Cinc2017.Score(records)!.Value, 12);
        Assert.Null(Cinc2017.Score([("N", "N")]));
    }

    [Theory]
    [InlineData(50, 2)]
    [InlineData(95, 4)]
    [InlineData(1, 1)]
    public void Of_FourValues_TakesTheNearestRank(double percent, double value) => Assert.Equal(value, Percentile.Of([4, 1, 3, 2], percent));

    [Fact]
    public void From_Annotations_GivesSecondsAndLeavesOutWhatIsNotThere()
    {
        RecordTruth truth = RecordTruth.From(
            [
                new(0, AnnotationCode.RhythmChange, Aux: "(AFIB\0"),
                new(180, AnnotationCode.PrematureVentricular),
                new(200, AnnotationCode.NoiseChange),
            ],
            360,
            700);

        Assert.Equal([new TimedBeat(0.5, BeatClass.V)], truth.Beats);
        Assert.Equal([new Episode(0, 700)], truth.EpisodesOf(RhythmClass.AtrialFibrillation));
        Assert.Equal(300, truth.ScoredFrom);
        RecordTruth none = RecordTruth.From([], 360, 100);
        Assert.Equal((null, null, 0d), (none.Beats, none.Rhythms, none.ScoredFrom));
    }

    private static EvaluationReport Report()
    {
        RecordTruth truth = new()
        {
            ScoredFrom = 0,
            Beats = [new(1, BeatClass.N)],
            Rhythms = [new(new Episode(0, 20), RhythmClass.VentricularFibrillation, "(VFL")],
        };
        RecordTruth quiet = new()
        {
            ScoredFrom = 0,
            Beats = [new(1, BeatClass.N), new(2, BeatClass.N), new(3, BeatClass.N)],
            Rhythms = [new(new Episode(0, 20), RhythmClass.Sinus, "(N")],
        };
        RecordAlert alert = new(AlertKind.VentricularFibrillation, AlertPriority.High, 4, 8, null);
        RecordResult one = Result("one") with { Alerts = [alert] };
        RecordResult two = Result("two", RhythmClass.Sinus) with { Alerts = [alert] };
        RecordScore first = RecordScore.Of(one, truth with { Rhythms = [new(new Episode(5, 20), RhythmClass.VentricularFibrillation, "(VFL")] });
        return ReportOf(first, RecordScore.Of(two, quiet));
    }

    private static EvaluationReport ReportOf(params RecordScore[] records) =>
        EvaluationReport.Of(new ReportHeader { ModelId = "model-1" }, records, new Dictionary<string, Subset>(), new Bootstrap(100, 1));

    private static RecordResult Result(string name, RhythmClass after = RhythmClass.AtrialFibrillation) => new()
    {
        Name = name,
        AnnotationRateHz = 300,
        Seconds = 20,
        Beats = [new(1, BeatClass.N)],
        Rhythm = [.. Enumerable.Range(0, 20).Select(k => (RhythmClass?)(k < 8 ? RhythmClass.Sinus : after))],
        Alerts = [],
    };

    private static JsonElement Write(EvaluationReport report)
    {
        using MemoryStream stream = new();
        EvaluationJson.Write(stream, report);
        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }
}
