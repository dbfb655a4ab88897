using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

public sealed class EpisodeTests
{
    [Fact]
    public void Fibrillation_WithSecondsNamedOtherwise_IsOneEpisode()
    {
        Scenario s = Fibrillation(100, 400).Rhythm(150, 155, RhythmClass.Sinus).Rhythm(200, 212, RhythmClass.Other);
        LongTermSummary summary = Summary(s, 600);
        Assert.Equal(1, summary.Totals.EpisodesOf(RhythmClass.AtrialFibrillation));
        Assert.Equal(new EpisodeFact(new EcgPlace(30_000, 100_000_000_000), 300), summary.LongestEpisodes[RhythmClass.AtrialFibrillation]);
        Assert.Equal((300 - 17) / 600.0, summary.Totals.Burden(RhythmClass.AtrialFibrillation));
    }

    [Theory]
    [InlineData(19, 0)]
    [InlineData(29, 0)]
    [InlineData(30, 1)]
    public void Fibrillation_CountsAfterHalfAMinute(int seconds, int episodes)
    {
        LongTermSummary summary = Summary(Fibrillation(50, 50 + seconds), 200);
        Assert.Equal(episodes, summary.Totals.EpisodesOf(RhythmClass.AtrialFibrillation));
        Assert.Equal(episodes > 0, summary.LongestEpisodes.ContainsKey(RhythmClass.AtrialFibrillation));
        Assert.Equal(seconds / 200.0, summary.Totals.Burden(RhythmClass.AtrialFibrillation));
    }

    [Fact]
    public void Fibrillation_TwiceWithAMinuteBetween_IsTwoEpisodes()
    {
        LongTermSummary summary = Summary(Fibrillation(100, 200).Rhythm(260, 400, RhythmClass.AtrialFibrillation), 600);
        Assert.Equal(2, summary.Totals.EpisodesOf(RhythmClass.AtrialFibrillation));
        Assert.Equal((260L * 300, 140L), (summary.LongestEpisodes[RhythmClass.AtrialFibrillation].Start.Sample, summary.LongestEpisodes[RhythmClass.AtrialFibrillation].Seconds));
    }

    [Theory]
    [InlineData(299, 1, 499)]
    [InlineData(300, 2, 100)]
    public void Fibrillation_OverALoss_GoesOnForFiveMinutes(int lost, int episodes, int longest)
    {
        Scenario s = Fibrillation(100, 300 + lost).Flag(200, 200 + lost, PatchFlags.Gap);
        LongTermSummary summary = Summary(s, 1000);
        Assert.Equal(episodes, summary.Totals.EpisodesOf(RhythmClass.AtrialFibrillation));
        Assert.Equal(longest, summary.LongestEpisodes[RhythmClass.AtrialFibrillation].Seconds);
        Assert.Equal(200.0 / (1000 - lost), summary.Totals.Burden(RhythmClass.AtrialFibrillation));
    }

    [Fact]
    public void Fibrillation_ThatRuns_IsAlreadyCounted()
    {
        LongTermTracker tracker = LongTermTrackerTests.Feed(Fibrillation(0, 10_000), 4000, hourRows: 2);
        Assert.Equal(4000, tracker.LongestEpisode(RhythmClass.AtrialFibrillation)!.Value.Seconds);
        Assert.Equal([1L, 0L], tracker.Summary().Hours.Select(h => h.Totals.EpisodesOf(RhythmClass.AtrialFibrillation)));
    }

    [Fact]
    public void VentricularRhythms_CountAfterFourSeconds()
    {
        Scenario s = new Scenario().Rhythm(10, 13, RhythmClass.VentricularFibrillation).Rhythm(40, 44, RhythmClass.VentricularFibrillation)
            .Rhythm(60, 90, RhythmClass.VentricularTachycardia);
        LongTermSummary summary = Summary(s, 120);
        Assert.Equal((1L, 1L), (summary.Totals.EpisodesOf(RhythmClass.VentricularFibrillation), summary.Totals.EpisodesOf(RhythmClass.VentricularTachycardia)));
        Assert.Equal((4L, 30L), (summary.LongestEpisodes[RhythmClass.VentricularFibrillation].Seconds, summary.LongestEpisodes[RhythmClass.VentricularTachycardia].Seconds));
    }

    private static Scenario Fibrillation(long from, long to) => new Scenario().Rhythm(from, to, RhythmClass.AtrialFibrillation);

    private static LongTermSummary Summary(Scenario scenario, long seconds) => LongTermTrackerTests.Feed(scenario, seconds).Summary();
}
