using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

/// <summary>Every figure on recordings small enough to work out by hand.</summary>
public sealed class LongTermTrackerTests
{
    [Fact]
    public void Summary_EverySecondHasOneFate_AndTheyAddUpToTheSpan()
    {
        Scenario s = new Scenario().Fill(0.5, 100, 60)
            .Flag(10, 13, PatchFlags.Gap).Flag(20, 25, PatchFlags.LeadOff)
            .During(30, 34, o => o.Scored = false)
            .Rhythm(40, 46, RhythmClass.Unreadable)
            .Flag(50, 57, PatchFlags.Doubtful);
        LongTermTracker tracker = new(AlertSettings.Default, 2);
        foreach (long second in Enumerable.Range(0, 100).Where(k => k is < 80 or >= 88))
            tracker.Observe(s.Second(second));
        LongTermTotals totals = tracker.Summary().Totals;
        Assert.Equal((100, 74, 6, 4, 16), (totals.Span, totals.Analysed, totals.SecondsOf(SecondFate.Unreadable), totals.SecondsOf(SecondFate.Unscored), totals.SecondsOf(SecondFate.Lost)));
        Assert.Equal((74, 7), (totals.SecondsOf(RhythmClass.Sinus), totals.Doubtful));
    }

    [Fact]
    public void Summary_CoupletsAndRuns_AreThoseOfTheString()
    {
        // At 120/min a run of 5 takes 4 intervals of 0.5 s; the last three beats come at 100/min, which is not above the limit.
        Scenario s = new();
        double at = s.Pattern(0.5, "NNVNNVVNNVVVNNVVVVVNSSNSSSSN", 120);
        s.Pattern(at, "VVVN", 100);
        LongTermSummary summary = Run(s, 30);
        Assert.Equal((1L, 3L, 2L), Counts(summary.Totals.Ventricular));
        Assert.Equal((1L, 1L, 0L), Counts(summary.Totals.Supraventricular));
        Assert.Equal((5L, 120.0), (summary.LongestVentricularRun!.Value.Beats, Math.Round(summary.LongestVentricularRun!.Value.Rate, 9)));
        Assert.Equal(150 + (14 * 150), summary.LongestVentricularRun!.Value.Start.Sample);
        Assert.Equal(7_500_000_000, summary.LongestVentricularRun!.Value.Start.TimeNs);
        Assert.Equal(4L, summary.LongestSupraventricularRun!.Value.Beats);
        Assert.Equal((12L, 6L, 14L, 32L), (summary.Totals.BeatsOf(BeatClass.N), summary.Totals.BeatsOf(BeatClass.S), summary.Totals.BeatsOf(BeatClass.V), summary.Totals.Beats));
        Assert.Equal(14.0 / 32, summary.Totals.ShareOf(BeatClass.V));
        Assert.Equal(14 * 120.0, summary.Totals.PerHour(BeatClass.V));
    }

    [Theory]
    [InlineData("NVNVNVNN", 4, 0)]
    [InlineData("NVNVNN", 0, 0)]
    [InlineData("NVNVNVNVVNVNV", 6 + 4, 0)]
    [InlineData("NVNNVNNVNNVNNN", 0, 9)]
    [InlineData("NVNNVNNNVNNVN", 0, 0)]
    [InlineData("VSVSVNVNVN", 8, 0)]
    public void Summary_BigeminyAndTrigeminy_LastFromFirstToLastVentricularBeat(string beats, int bigeminySeconds, int trigeminySeconds)
    {
        Scenario s = new();
        s.Pattern(0.5, beats, 60);
        LongTermTotals totals = Run(s, 20).Totals;
        Assert.Equal((300L * bigeminySeconds, 300L * trigeminySeconds), (totals.BigeminySamples, totals.TrigeminySamples));
    }

    [Fact]
    public void Summary_Rates_AreOfTheIntervals()
    {
        // 20 intervals of 1 s, 8 of 0.5 s, 20 of 1 s, 8 of 1.5 s.
        Scenario s = new();
        s.Train(s.Train(s.Train(s.Train(0.5, 20, 60), 8, 120), 20, 60), 9, 40);
        LongTermSummary summary = Run(s, 60);
        Assert.Equal(60 * 56 / 56.0, summary.Totals.MeanRate!.Value, 9);
        Assert.Equal((120.0, 40.0), (Math.Round(summary.FastestRate!.Value.Rate, 9), Math.Round(summary.SlowestRate!.Value.Rate, 9)));
        Assert.Equal((summary.Totals.MaxRate, summary.Totals.MinRate), (summary.FastestRate?.Rate, summary.SlowestRate?.Rate));
        Assert.Equal(300 * 20 + 150, summary.FastestRate!.Value.Start.Sample);
        Assert.Equal(300 * 44 + 150, summary.SlowestRate!.Value.Start.Sample);
    }

    [Fact]
    public void Summary_TooFewBeatsInARow_HaveNoExtremeRate()
    {
        Scenario s = new Scenario().Fill(0.5, 30, 60).Flag(8, 9, PatchFlags.Gap).Flag(16, 17, PatchFlags.Doubtful).Flag(24, 25, PatchFlags.Gap);
        LongTermSummary summary = Run(s, 30);
        Assert.Equal((null, null), (summary.FastestRate, summary.Totals.MinRate));
        Assert.Equal(60, summary.Totals.MeanRate!.Value, 9);
    }

    [Fact]
    public void Summary_Pauses_AreAboveTheLimitBetweenTwoBeats()
    {
        // 2.5 s is not above the limit, 2.6 s is, 3 s is a long one; what runs into a loss or past the end is none.
        Scenario s = new();
        foreach (double at in (double[])[0.5, 1.5, 4.0, 5.0, 7.6, 8.6, 11.6, 12.6, 13.6])
            s.Beat(at);
        s.Flag(17, 18, PatchFlags.Gap).Beat(19.5).Beat(20.5);
        LongTermSummary summary = Run(s, 40);
        Assert.Equal((2L, 1L), (summary.Totals.Pauses, summary.Totals.LongPauses));
        Assert.Equal((2580L, 3.0), (summary.LongestPause!.Value.Start.Sample, summary.LongestPause!.Value.Seconds));
    }

    [Fact]
    public void Summary_PauseThatTheOtherDetectorDenies_DoesNotCount()
    {
        Scenario s = new Scenario().Fill(0.5, 10, 60);
        s.Beat(12.5).Beat(11.2, byNetwork: false).Beat(13.5);
        Assert.Equal(0, Run(s, 20).Totals.Pauses);

        // Half as long again, the network is believed alone.
        s = new Scenario().Fill(0.5, 10, 60);
        s.Beat(13.4).Beat(11.2, byNetwork: false).Beat(14.4);
        Assert.Equal(1, Run(s, 20).Totals.Pauses);
    }

    [Fact]
    public void Summary_PauseInNoiseOrVentricularRhythm_DoesNotCount()
    {
        Scenario s = new Scenario().Fill(0.5, 10, 60).Fill(14.5, 24, 60).Fill(30.5, 40, 60).Fill(45.5, 50, 60)
            .Flag(12, 13, PatchFlags.Doubtful).Rhythm(26, 28, RhythmClass.VentricularTachycardia);
        LongTermSummary summary = Run(s, 50);
        Assert.Equal((1L, 39.5), (summary.Totals.Pauses, summary.LongestPause!.Value.Start.Sample / 300.0));
    }

    [Fact]
    public void Summary_PauseJustBeforeALoss_LacksTheOtherDetectorsAnswer()
    {
        Scenario s = new Scenario().Fill(0.5, 10, 60).Beat(13.2).Beat(14.2);
        Assert.Equal(1, Run(s, 15).Totals.Pauses);
        Assert.Equal(0, Run(s.Flag(14, 15, PatchFlags.Gap), 15).Totals.Pauses);
    }

    [Fact]
    public void Summary_BeatsOfFibrillation_DoNotCount()
    {
        Scenario s = new();
        s.Pattern(0.5, "NNNNNVVVVVNNNN", 60);
        LongTermTotals totals = Run(s.Rhythm(5, 10, RhythmClass.VentricularFibrillation), 14).Totals;
        Assert.Equal((9L, 0L, 0L, 5L), (totals.Beats, totals.Ventricular.Runs, totals.Pauses, totals.SecondsOf(RhythmClass.VentricularFibrillation)));
        Assert.Equal(7, totals.Intervals);
    }

    [Fact]
    public void Summary_Finish_EndsTheRunThatStands()
    {
        Scenario s = new();
        s.Pattern(0.5, "NNVVV", 60);
        LongTermTracker tracker = Feed(s, 5);
        Assert.Equal(0, tracker.Totals.Ventricular.Runs);
        tracker.Finish();
        tracker.Finish();
        Assert.Equal(1, tracker.Totals.Ventricular.Runs);
    }

    [Fact]
    public void Summary_Surprise_IsMeanOverTheSecondsThatHaveOne()
    {
        Scenario s = new Scenario().Fill(0.5, 20, 60).During(5, 10, o => o.Surprise = 3).During(10, 15, o => o.Surprise = 5).During(0, 20, o => o.Anomaly = 0.25f);
        LongTermTotals totals = Run(s, 20).Totals;
        Assert.Equal((4.0, 0.25), (totals.MeanSurprise, totals.MeanAnomaly));
        Assert.Equal((null, null), (Run(new Scenario(), 5).Totals.MeanSurprise, Run(new Scenario(), 5).Totals.MeanAnomaly));
    }

    [Fact]
    public void Observe_NewEpoch_StartsEverythingAnew()
    {
        Scenario s = new();
        s.Pattern(0.5, "NNVVVNNNNNNNNNNN", 60);
        s.Beat(30).Rhythm(0, 60, RhythmClass.AtrialFibrillation);
        LongTermTracker tracker = Feed(s, 60);
        Scenario next = new Scenario { Epoch = 2 }.Fill(7.5, 9, 60);
        for (long k = 7; k < 9; k++)
            tracker.Observe(next.Second(k));
        LongTermSummary summary = tracker.Summary();
        Assert.Equal((2u, 2L, 2L, 0L), (summary.Epoch, summary.Totals.Span, summary.Totals.Beats, summary.Totals.EpisodesOf(RhythmClass.AtrialFibrillation)));
        Assert.Empty(summary.LongestEpisodes);
        Assert.Equal((null, null, null), (summary.LongestPause, summary.LongestVentricularRun, summary.FastestRate));
    }

    [Fact]
    public void Observe_SecondTwice_Throws()
    {
        LongTermTracker tracker = Feed(new Scenario(), 5);
        Assert.Throws<ArgumentException>(() => tracker.Observe(new Scenario().Second(4)));
    }

    internal static LongTermTracker Feed(Scenario scenario, long seconds, long from = 0, int hourRows = 0)
    {
        LongTermTracker tracker = new(AlertSettings.Default, hourRows);
        for (long k = from; k < seconds; k++)
            tracker.Observe(scenario.Second(k));
        return tracker;
    }

    private static LongTermSummary Run(Scenario scenario, long seconds)
    {
        LongTermTracker tracker = Feed(scenario, seconds);
        tracker.Finish();
        return tracker.Summary();
    }

    private static (long Couplets, long Runs, long Fast) Counts(RunTotals totals) => (totals.Couplets, totals.Runs, totals.FastRuns);
}
