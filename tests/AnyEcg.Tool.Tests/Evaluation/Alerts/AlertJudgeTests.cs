using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class AlertJudgeTests
{
    [Fact]
    public void Score_WorkedExample_CountsFalseMissedAndTime()
    {
        RecordTruth truth = Truth(
            Rhythm(0, 400, RhythmClass.Sinus), Rhythm(400, 430, RhythmClass.VentricularFibrillation),
            Rhythm(430, 500, RhythmClass.Sinus), Rhythm(500, 520, RhythmClass.VentricularFibrillation));
        RecordResult result = Result(
            Alert(AlertKind.VentricularFibrillation, 402, 406, 430), // right, 6 s after the onset
            Alert(AlertKind.VentricularFibrillation, 470, 474, 480), // 20 s before the next episode: false
            Alert(AlertKind.VentricularTachycardia, 402, 405, 410), // no tachycardia is annotated: false
            Alert(AlertKind.ExtremeTachycardia, 402, 410, 420), // no beats are annotated: nobody knows
            Alert(AlertKind.VentricularFibrillation, 100, 104, 110)); // in the learning period

        AlertScore score = AlertJudge.Score(result, truth);

        Assert.Equal((1, 2, 1, 1), (score.HighTrue, score.HighFalse, score.HighUnjudged, score.EventsMissed));
        Assert.Equal([6], score.TimeToAlert);
        Assert.Equal(2 * 86_400 / 600d, score.FalseHighPerDay);
    }

    [Fact]
    public void Score_AlertOpenSinceTheLearningPeriod_MeetsTheEventAndIsNotJudgedItself()
    {
        RecordResult result = Result(Alert(AlertKind.VentricularFibrillation, 290, 294, 330));

        AlertScore score = AlertJudge.Score(result, Truth(Rhythm(310, 325, RhythmClass.VentricularFibrillation)));

        Assert.Equal((0, 0, 0), (score.HighTrue, score.HighFalse, score.EventsMissed));
        Assert.Equal((1, 1), (score.Events["vf"].Alerted, score.Events["vf"].AlreadyUp));
        Assert.Empty(score.TimeToAlert);
    }

    [Fact]
    public void Score_TimeToAlert_CountsToTheArrivalNotToTheDecidingSample()
    {
        RecordResult result = Result(Alert(AlertKind.VentricularFibrillation, 402, 406, 430) with { RaisedSeconds = 407.5 });

        Assert.Equal([7.5], AlertJudge.Score(result, Truth(Rhythm(400, 430, RhythmClass.VentricularFibrillation))).TimeToAlert);
    }

    [Fact]
    public void Score_LowerPriorityAndTechnicalAlerts_AreNoHighOnes()
    {
        RecordResult result = Result(
            Alert(AlertKind.VentricularTachycardia, 402, 405, 410) with { Priority = AlertPriority.Medium },
            Alert(AlertKind.LeadOff, 402, 405, 410));

        AlertScore score = AlertJudge.Score(result, Truth(Rhythm(0, 900, RhythmClass.Sinus)));

        Assert.Equal(0, score.HighFalse);
        Assert.Equal(new AlertCount(AlertKind.VentricularTachycardia, AlertPriority.Medium) { False = 1 }, Assert.Single(score.Counts));
    }

    [Fact]
    public void Score_FibrillationCalledTachycardia_IsAnAlertedVentricularEvent()
    {
        RecordResult result = Result(Alert(AlertKind.VentricularTachycardia, 402, 405, 410) with { RaisedSeconds = 406 });

        AlertScore score = AlertJudge.Score(result, Truth(Rhythm(400, 430, RhythmClass.VentricularFibrillation)));

        Assert.Equal((1, 0), (score.Events["vf"].Missed, score.Events[RhythmKeys.Ventricular].Missed));
        Assert.Equal([6], score.Events[RhythmKeys.Ventricular].ToAlert);
        Assert.Equal([1], score.AfterRule);
        Assert.Equal((1, 0), (score.HighFalse, score.EventsMissed - 1));
    }

    [Fact]
    public void Sum_TwoRecords_AddsCountsByKindAndPriorityAndKeepsTimes()
    {
        AlertScore one = AlertJudge.Score(Result(Alert(AlertKind.VentricularFibrillation, 402, 406, 430)), Truth(Rhythm(400, 430, RhythmClass.VentricularFibrillation)));
        AlertScore sum = one + one + AlertJudge.Score(Result(Alert(AlertKind.VentricularFibrillation, 402, 406, 430)), Truth());

        Assert.Equal(new AlertCount(AlertKind.VentricularFibrillation, AlertPriority.High) { True = 2, False = 1 }, Assert.Single(sum.Counts));
        Assert.Equal((1800, 2), (sum.ScoredSeconds, sum.TimeToAlert.Count));
    }

    [Fact]
    public void Score_AlertThatNeverEnds_ReachesToTheEndOfTheRecord()
    {
        RecordResult result = Result(Alert(AlertKind.VentricularFibrillation, 500, 504, null));

        Assert.Equal(1, AlertJudge.Score(result, Truth(Rhythm(880, 900, RhythmClass.VentricularFibrillation))).HighTrue);
    }

    [Fact]
    public void Score_NoAnnotations_HasNoScoredTime()
    {
        AlertScore score = AlertJudge.Score(Result(Alert(AlertKind.Asystole, 400, 404, null)), new RecordTruth { ScoredFrom = 300 });

        Assert.Equal((0, 1, (double?)null), (score.HighFalse, score.HighUnjudged, score.FalseHighPerDay));
    }

    [Theory]
    [InlineData(3.9, false)]
    [InlineData(4.0, true)]
    public void Of_Asystole_IsFourSecondsWithoutABeat(double gap, bool there)
    {
        RecordTruth truth = new() { ScoredFrom = 0, Beats = [Beat(10), Beat(10 + gap)] };

        Assert.Equal(there, AlertTruth.Of(AlertKind.Asystole, truth)!.Count == 1);
    }

    [Fact]
    public void Of_AsystoleLabelOrFibrillation_LabelCountsAndFibrillationDoesNot()
    {
        RecordTruth truth = new()
        {
            ScoredFrom = 0,
            Beats = [Beat(1), Beat(20)],
            Rhythms = [Rhythm(2, 18, RhythmClass.VentricularFibrillation), new(new Episode(30, 40), RhythmClass.Other, "(ASYS")],
        };

        Assert.Equal([new Episode(30, 40)], AlertTruth.Of(AlertKind.Asystole, truth));
        Assert.Empty(AlertTruth.Of(AlertKind.ExtremeBradycardia, truth)!);
    }

    [Fact]
    public void Of_Rates_ComeFromTheAnnotatedBeats()
    {
        // 0-8 s at 30/min (5 beats), then 20 beats at 150/min, of which the last 6 are ventricular
        List<TimedBeat> beats = [.. Enumerable.Range(0, 5).Select(i => Beat(2d * i))];
        beats.AddRange(Enumerable.Range(1, 20).Select(i => new TimedBeat(8 + (0.4 * i), i > 14 ? BeatClass.V : BeatClass.N)));
        RecordTruth truth = new() { ScoredFrom = 0, Beats = beats };

        // the five beats from 2 s to 8.4 s are still below 40/min: 4 intervals in 6.4 s
        Assert.Equal(new Episode(0, 8.4), Assert.Single(AlertTruth.Of(AlertKind.ExtremeBradycardia, truth)!));
        Assert.Equal(new Episode(8, 16), Assert.Single(AlertTruth.Of(AlertKind.ExtremeTachycardia, truth)!));
        Assert.Equal(new Episode(14, 16), Assert.Single(AlertTruth.Of(AlertKind.VentricularTachycardia, truth)!));
    }

    [Fact]
    public void Of_Ectopy_ComesFromTheOrderOfTheBeats()
    {
        RecordTruth Of(string beats) => new() { ScoredFrom = 0, Beats = [.. beats.Select((c, i) => new TimedBeat(i, c == 'V' ? BeatClass.V : BeatClass.N))] };

        Assert.Equal([new Episode(1, 5)], AlertTruth.Of(AlertKind.VentricularBigeminy, Of("NVNVNVNN")));
        Assert.Equal([new Episode(2, 8)], AlertTruth.Of(AlertKind.VentricularTrigeminy, Of("NNVNNVNNVN")));
        Assert.Empty(AlertTruth.Of(AlertKind.VentricularBigeminy, Of("NVNVNNVVVV"))!);
        Assert.Equal([new Episode(3, 4)], AlertTruth.Of(AlertKind.VentricularPair, Of("NNNVVNVN")));
        Assert.Equal([new Episode(0, 12)], AlertTruth.Of(AlertKind.FrequentVentricularEctopy, Of("VNVNVNVNVNVNV")));
        Assert.Empty(AlertTruth.Of(AlertKind.FrequentVentricularEctopy, Of("VNVNVNVNVNVNN"))!);
        Assert.Null(AlertTruth.Of(AlertKind.ArrhythmiaUnspecified, Of("NN")));
    }

    private static TimedBeat Beat(double seconds) => new(seconds, BeatClass.N);

    private static RhythmSpan Rhythm(double start, double end, RhythmClass rhythm) => new(new Episode(start, end), rhythm, "");

    private static RecordTruth Truth(params RhythmSpan[] rhythms) => new() { ScoredFrom = 300, Rhythms = rhythms };

    private static RecordAlert Alert(AlertKind kind, double onset, double decided, double? end) =>
        new(kind, AlertPriority.High, onset, decided, end);

    private static RecordResult Result(params RecordAlert[] alerts) =>
        new() { Name = "r", AnnotationRateHz = 360, Seconds = 900, Beats = [], Rhythm = [], Alerts = alerts };
}
