using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

public sealed class RhythmRuleTests
{
    [Theory]
    [InlineData(RhythmClass.AtrialFibrillation, AlertKind.AtrialFibrillation, 20, 1)]
    [InlineData(RhythmClass.AtrialFibrillation, AlertKind.AtrialFibrillation, 19, 0)]
    [InlineData(RhythmClass.AtrialFlutter, AlertKind.AtrialFlutter, 20, 1)]
    [InlineData(RhythmClass.AtrialFlutter, AlertKind.AtrialFlutter, 19, 0)]
    public void Atrial_NetworkNamesIt_NeedsTwentyOfThirtySeconds(RhythmClass rhythm, AlertKind kind, int seconds, int alerts)
    {
        Scenario s = new Scenario().Fill(0.5, 90, 80).Rhythm(20, 30, rhythm).Rhythm(35, 25 + seconds, rhythm).Run(80);
        Assert.Equal(alerts, s.Starts(kind).Count());
        Assert.All(s.Starts(kind), t => Assert.Equal(20 * 300, t.OnsetSample));
    }

    [Fact]
    public void Fibrillation_LongEpisode_HasOnsetAndTerminationOnly()
    {
        Scenario s = new Scenario().Fill(0.5, 300, 80).Rhythm(20, 200, RhythmClass.AtrialFibrillation).Run(290);
        Assert.Equal([AlertPhase.Start, AlertPhase.End], s.Of(AlertKind.AtrialFibrillation).Select(t => t.Phase));
        AlertTransition end = s.Transitions[^1];
        Assert.Equal(200 * 300, end.EndSample);
        Assert.Equal(220 * 300, end.DecidedSample);
        Assert.Equal(0.9, end.Score, 5);
    }

    [Fact]
    public void Fibrillation_BetweenTheThresholds_KeepsWhatIs()
    {
        Scenario s = new Scenario().Fill(0.5, 200, 80).Rhythm(0, 40, RhythmClass.AtrialFibrillation)
            .Rhythm(40, 190, RhythmClass.AtrialFibrillation, 0.4f).Run(190);
        Assert.Single(s.Transitions);
    }

    [Theory]
    [InlineData(PatchFlags.Doubtful)]
    [InlineData(PatchFlags.Gap)]
    public void Fibrillation_SecondsNotReadable_DoNotStartIt(PatchFlags flags)
    {
        Scenario s = new Scenario().Fill(0.5, 90, 80).Rhythm(10, 60, RhythmClass.AtrialFibrillation).Flag(25, 90, flags).Run(80);
        Assert.Empty(s.Of(AlertKind.AtrialFibrillation));
        Assert.Equal(flags == PatchFlags.Doubtful ? 35 : 0, s.Counters.SuppressedQuality);
    }

    [Fact]
    public void Fibrillation_NotScored_SaysNothing()
    {
        Scenario s = new Scenario().Fill(0.5, 90, 80).Rhythm(10, 60, RhythmClass.AtrialFibrillation)
            .During(25, 60, o => o.Scored = false).Run(80);
        Assert.Empty(s.Of(AlertKind.AtrialFibrillation));
    }

    [Theory]
    [InlineData(5, 145, 1)]
    [InlineData(5, 139, 0)]
    [InlineData(4, 145, 0)]
    public void Supraventricular_RunOfNarrowBeats_NeedsFiveAboveLimit(int beats, double rate, int alerts)
    {
        Scenario s = new();
        double at = s.Train(0.5, 10, 70);
        s.Fill(s.Train(at, beats, rate, BeatClass.S) + 0.4, 40, 70).Run(35);
        Assert.Equal(alerts, s.Starts(AlertKind.SupraventricularTachycardia).Count());
    }

    [Fact]
    public void Supraventricular_NetworkNamesIt_NeedsTheRate()
    {
        Scenario fast = new Scenario().Fill(0.5, 40, 160).Rhythm(10, 20, RhythmClass.SupraventricularTachycardia).Run(25);
        Assert.Single(fast.Starts(AlertKind.SupraventricularTachycardia));
        Scenario slow = new Scenario().Fill(0.5, 40, 100).Rhythm(10, 20, RhythmClass.SupraventricularTachycardia).Run(25);
        Assert.Empty(slow.Transitions);
    }

    [Theory]
    [InlineData(50, 1)]
    [InlineData(49, 0)]
    public void Anomaly_ScoreOnly_IsUnspecifiedAndInfo(int seconds, int alerts)
    {
        Scenario s = new Scenario().Fill(0.5, 120, 80).During(20, 20 + seconds, o => o.Anomaly = 0.95f).Run(110);
        Assert.Equal(alerts, s.Starts(AlertKind.ArrhythmiaUnspecified).Count());
        Assert.All(s.Transitions, t => Assert.Equal((AlertKind.ArrhythmiaUnspecified, AlertPriority.Info), (t.Kind, t.Priority)));
    }

    [Fact]
    public void Anomaly_RhythmHasAName_SaysNothingMore()
    {
        Scenario s = new Scenario().Fill(0.5, 120, 80).During(0, 120, o => o.Anomaly = 0.95f)
            .Rhythm(0, 120, RhythmClass.AtrialFibrillation).Run(110);
        Assert.Equal([AlertKind.AtrialFibrillation], s.Transitions.Select(t => t.Kind).Distinct());
        Assert.Equal(1, s.Counters.SuppressedSubsumed);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(2, 0)]
    public void LeadOff_Seconds_AlertFromThree(int seconds, int alerts)
    {
        Scenario s = new Scenario().Fill(0.5, 40, 70).Flag(10, 10 + seconds, PatchFlags.LeadOff).Run(30);
        Assert.Equal(alerts, s.Starts(AlertKind.LeadOff).Count());
        Assert.Equal(2 * alerts, s.Transitions.Count);
    }

    [Theory]
    [InlineData(30, 1)]
    [InlineData(29, 0)]
    public void LeadOff_SignalUnreadable_AlertsFromThirtyOfFortySeconds(int seconds, int alerts)
    {
        Scenario s = new Scenario().Fill(0.5, 90, 70).Rhythm(10, 10 + seconds, RhythmClass.Unreadable).Run(80);
        Assert.Equal(alerts, s.Starts(AlertKind.LeadOff).Count());
    }
}
