using AnyEcg.Alerts;
using AnyEcg.Recordings;
using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Tool.Tests;

public sealed class AsystoleTests : IDisposable
{
    private readonly TemporaryRecords records = new();

    public void Dispose() => records.Dispose();

    [Fact]
    public void Make_BeatsEverySecond_PausesAreExactlyTheWantedOnes()
    {
        IReadOnlyList<AsystoleStretch> plan = AsystolePlan.Make(Beats(1800, 1), [], 1800, [4, 5, 8, 15], 3, 1);

        Assert.Equal([4, 4, 4, 5, 5, 5, 8, 8, 8, 15, 15, 15], plan.Select(s => s.Wanted).Order());
        Assert.All(plan, s => Assert.Equal((s.Wanted, s.From + 0.4, s.From + s.Pause - 0.2), (s.Pause, s.Line.Start, s.Line.End)));
        Assert.All(plan.Zip(plan.Skip(1)), pair => Assert.True(pair.Second.From - pair.First.From - pair.First.Pause >= 40));
    }

    [Fact]
    public void Make_AnyRhythm_PausesReachTheWantedLengthAndOneBeatMoreAtMost() => Prop.ForAll(
        Gen.Choose(300, 1800).Select(ms => ms / 1000.0).ToArbitrary(),
        interval =>
        {
            TimedBeat[] beats = Beats(1700, interval);
            foreach (AsystoleStretch stretch in AsystolePlan.Make(beats, [], 500, [4], 5, 2))
            {
                Assert.InRange(stretch.Pause, 4, 4 + interval + 1e-9);
                Assert.Contains(beats, b => b.Seconds.Equals(stretch.From));
                Assert.DoesNotContain(beats, b => b.Seconds > stretch.From && b.Seconds < stretch.Line.Start);
                Assert.DoesNotContain(beats, b => b.Seconds > stretch.Line.End && b.Seconds < stretch.From + stretch.Pause - 1e-9);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Make_BusyOrShortRecords_AreSpared()
    {
        Assert.Empty(AsystolePlan.Make(Beats(1800, 1), [new Episode(0, 1800)], 1800, [4], 3, 1));
        Assert.Empty(AsystolePlan.Make(Beats(60, 1), [], 60, [4], 3, 1));
        Assert.Empty(AsystolePlan.Make([], [], 1800, [4], 3, 1));
        Assert.Empty(AsystolePlan.Make(Beats(1800, 1), [], 1800, [], 3, 1));
    }

    [Fact]
    public void Apply_InsideTheLine_IsFlatAndOutsideUntouched()
    {
        using Recording record = Recording.Open(records.Add("spikes", 100));
        AsystoleStretch stretch = new() { Wanted = 4, From = 70.5, Pause = 4, Line = new Episode(70.9, 74.3) };
        FlatLines lines = FlatLines.In(record, [stretch], 1);
        record.Seek(0);
        float[] before = new float[100 * 250], after = new float[100 * 250];
        record.Read(before, before.Length);
        for (int second = 0; second < 100; second++)
        {
            EcgFrame frame = new() { FirstSample = second * 250 };
            frame.Resize(1, 250);
            before.AsSpan(second * 250, 250).CopyTo(frame.Samples);
            lines.Apply(frame);
            frame.Samples.CopyTo(after.AsSpan(second * 250));
        }

        Assert.All(after[(int)(70.9 * 250)..(int)(74.3 * 250)], x => Assert.Equal(0, x)); // the made-up record has no noise
        Assert.Equal(before[..17725], after[..17725]);
        Assert.Equal(before[18575..], after[18575..]);
        Assert.Equal(200, before[17875]); // a spike that is gone
    }

    [Fact]
    public void Of_WorkedExample_CountsFoundTimesAndFalseOnes()
    {
        AsystoleStretch[] planned = [Planned(100, 4.2), Planned(200, 5.5), Planned(300, 15)];
        TimedBeat[] beats = [.. Beats(400, 1).Where(b => !planned.Any(s => b.Seconds > s.From && b.Seconds < s.From + s.Pause))];
        RecordTruth truth = new() { ScoredFrom = 0, Beats = beats };
        AsystoleScore score = AsystoleScore.Of(planned, Result(Alert(100, 104, 105.5), Alert(300.1, 304.1, 305), Alert(240, 244, 245), Alert(310, 314, 315)) with { Beats = [N(100.1), N(200), N(202), N(203), N(205.4)] }, truth);

        Assert.Equal([5.5, null, 5], score.Stretches.Select(s => s.ToAlert));
        Assert.Equal(2 / 3d, score.FoundShare);
        Assert.Equal([0, 2, 0], score.Stretches.Select(s => s.BeatsSeen));
        Assert.Equal((1, 2, 6), (score.FalseAlerts, (score + score).FalseAlerts, (score + score).Stretches.Count)); // 240 s: all beats there
    }

    private static AsystoleStretch Planned(double from, double pause) => new() { Wanted = Math.Floor(pause), From = from, Pause = pause };

    private static RecordAlert Alert(double onset, double decided, double raised) =>
        new(AlertKind.Asystole, AlertPriority.High, onset, decided, raised + 5) { RaisedSeconds = raised };

    private static TimedBeat N(double seconds) => new(seconds, BeatClass.N);

    private static TimedBeat[] Beats(int count, double interval) => [.. Enumerable.Range(0, count).Select(i => new TimedBeat(i * interval, BeatClass.N))];

    private static RecordResult Result(params RecordAlert[] alerts) =>
        new() { Name = "r", AnnotationRateHz = 250, Seconds = 400, Beats = [], Rhythm = [], Alerts = alerts };
}
