using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

public sealed class RhythmTrackerTests
{
    [Fact]
    public void Observe_EverySeconds_SummarisesItsPeriod()
    {
        List<RhythmSummary> summaries = Track(new Scenario().Fill(0.5, 60, 72), 30);
        Assert.Equal([4, 9, 14, 19, 24, 29], summaries.Select(s => s.Second));
        RhythmSummary last = summaries[^1];
        Assert.Equal((RhythmClass.Sinus, 1.0), (last.Rhythm, last.RhythmScore));
        Assert.Equal(72, last.HeartRate!.Value, 0);
        Assert.Equal((1.0, 1.0, 0.0, 0.0), (last.Quality, last.Coverage, last.AfBurden, last.VentricularPerHour));
        Assert.Equal(30_000_000_000, last.TimeNs);
        Assert.Equal(("ward", "bed-1"), (last.Group, last.Stream));
    }

    [Fact]
    public void Observe_MixedPeriod_TakesTheMajority()
    {
        Scenario s = new Scenario().Fill(0.5, 60, 72).Rhythm(0, 2, RhythmClass.Sinus, 0.9f).Rhythm(2, 5, RhythmClass.AtrialFibrillation, 0.8f);
        RhythmSummary summary = Track(s, 5)[0];
        Assert.Equal(RhythmClass.AtrialFibrillation, summary.Rhythm);
        Assert.Equal(3 * 0.8 / 5, summary.RhythmScore, 5);
        Assert.Equal(0.6, summary.AfBurden, 6);
    }

    [Fact]
    public void Observe_NothingScored_IsUnreadableWithoutRate()
    {
        RhythmSummary summary = Track(new Scenario().Flag(0, 5, PatchFlags.Gap), 5)[0];
        Assert.Equal((RhythmClass.Unreadable, 0.0), (summary.Rhythm, summary.RhythmScore));
        Assert.Null(summary.HeartRate);
        Assert.Equal((0.0, 0.0), (summary.Quality, summary.Coverage));
    }

    [Fact]
    public void Observe_LossAndNoise_LowerCoverageAndQuality()
    {
        Scenario s = new Scenario().Fill(0.5, 60, 72).During(0, 1, o => o.MissingShare[0] = 0.5f).Flag(1, 3, PatchFlags.Doubtful);
        RhythmSummary summary = Track(s, 5)[0];
        Assert.Equal(0.9, summary.Coverage, 6);
        Assert.Equal(0.6, summary.Quality, 6);
    }

    [Fact]
    public void Observe_VentricularBeats_AreCountedPerHour()
    {
        Scenario s = new();
        s.Pattern(0.5, string.Concat(Enumerable.Repeat("NNNV", 20)), 60);
        Assert.Equal(900, Track(s, 60)[^1].VentricularPerHour, 30.0);
    }

    [Fact]
    public void Observe_NewEpoch_StartsBurdenAnew()
    {
        RhythmTracker tracker = new(new("ward", "bed-1"), AlertSettings.Default);
        Scenario s = new Scenario().Rhythm(0, 5, RhythmClass.AtrialFibrillation);
        for (long k = 0; k < 5; k++)
            tracker.Observe(s.Second(k));
        s.Epoch = 2;
        RhythmSummary? last = null;
        for (long k = 5; k < 10; k++)
            last = tracker.Observe(s.Second(k)) ?? last;
        Assert.Equal((2u, 0.0), (last!.Epoch, last.AfBurden));
    }

    private static List<RhythmSummary> Track(Scenario scenario, int seconds)
    {
        RhythmTracker tracker = new(new("ward", "bed-1"), AlertSettings.Default);
        return [.. Enumerable.Range(0, seconds).Select(k => tracker.Observe(scenario.Second(k))).OfType<RhythmSummary>()];
    }
}
