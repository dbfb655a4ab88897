using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

public sealed class RateRuleTests
{
    [Theory]
    [InlineData(39.5, 1)]
    [InlineData(40.5, 0)]
    public void ExtremeBradycardia_Rate_AlertsBelowForty(double rate, int alerts)
    {
        Scenario s = new Scenario().Fill(0.5, 30, rate).Run(25);
        Assert.Equal(alerts, s.Starts(AlertKind.ExtremeBradycardia).Count());
    }

    [Fact]
    public void ExtremeBradycardia_FifthBeatOverdue_IsNotWaitedFor()
    {
        Scenario s = new Scenario().Fill(0.5, 20, 60);
        s.Train(20.5 + 1.4, 40, 25);
        s.Run(60);
        AlertTransition start = Assert.Single(s.Starts(AlertKind.ExtremeBradycardia));
        Assert.Equal(4, (start.DecidedSample - start.OnsetSample) / 300.0 / 60 * 40, 0);
        Assert.InRange(start.DecidedReceivedNs, 20_500_000_000, 30_000_000_000);
    }

    [Theory]
    [InlineData(AlertKind.ExtremeBradycardia, 38, 47)]
    [InlineData(AlertKind.ExtremeTachycardia, 145, 128)]
    public void ExtremeRate_HoversAroundTheLimit_IsOneAlert(AlertKind kind, double beyond, double within)
    {
        Scenario s = new();
        double next = 0.5;
        for (int i = 0; i < 6; i++)
        {
            next = s.Train(next, (int)(beyond / 2), beyond);
            next = s.Train(next, (int)(within / 2), within);
        }

        s.Run((long)next - 1);
        Assert.Equal([AlertPhase.Start], s.Of(kind).Select(t => t.Phase).Where(phase => phase != AlertPhase.Update));
    }

    [Fact]
    public void ExtremeBradycardia_SinglePause_IsOnlyAPause()
    {
        Scenario s = new Scenario().Fill(0.5, 10, 75).Fill(9.3 + 3.9, 30, 75).Run(29);
        Assert.Equal([AlertKind.Pause], s.Transitions.Select(t => t.Kind).Distinct());
    }

    [Theory]
    [InlineData(17, 141, 1)]
    [InlineData(17, 139, 0)]
    [InlineData(16, 150, 0)]
    public void ExtremeTachycardia_Train_AlertsAboveLimitOverSeventeenBeats(int beats, double rate, int alerts)
    {
        Scenario s = new();
        s.Fill(s.Train(0.5, beats, rate) + 0.5, 20, 60).Run(20);
        Assert.Equal(alerts, s.Starts(AlertKind.ExtremeTachycardia).Count());
    }

    [Theory]
    [InlineData(25, 0)]
    [InlineData(26, 1)]
    public void ExtremeTachycardia_OneDetectorAlone_NeedsHalfAsManyMore(int beats, int alerts)
    {
        Scenario s = new();
        double end = s.Train(0.5, beats, 142, byGuard: false);
        s.Train(0.5, (int)end, 60, byNetwork: false);
        s.Fill(end + 0.5, 25, 60).Run(20);
        Assert.Equal(alerts, s.Starts(AlertKind.ExtremeTachycardia).Count());
        Assert.All(s.Starts(AlertKind.ExtremeTachycardia), t => Assert.True(t.QualityDoubtful));
        Assert.Equal(1, s.Counters.Disagreements);
    }

    [Fact]
    public void ExtremeTachycardia_RateFalls_Ends()
    {
        Scenario s = new();
        s.Fill(s.Train(0.5, 60, 160), 60, 80).Run(60);
        AlertTransition end = Assert.Single(s.Of(AlertKind.ExtremeTachycardia), t => t.Phase == AlertPhase.End);
        Assert.InRange(end.EndSample!.Value / 300.0, 22, 25);
        Assert.True(end.Value > 140);
    }

    [Theory]
    [InlineData(AlertKind.Bradycardia, 49, 1)]
    [InlineData(AlertKind.Bradycardia, 51, 0)]
    [InlineData(AlertKind.Tachycardia, 121, 1)]
    [InlineData(AlertKind.Tachycardia, 119, 0)]
    public void MeanRate_HalfAMinute_AlertsBeyondTheLimit(AlertKind kind, double rate, int alerts)
    {
        Scenario s = new Scenario().Fill(0.5, 60, rate).Run(55);
        Assert.Equal(alerts, s.Starts(kind).Count());
        Assert.DoesNotContain(s.Transitions, t => t.Kind != kind);
    }

    [Fact]
    public void MeanRate_TwentySecondsOnly_IsNotEnough()
    {
        Scenario s = new Scenario().Fill(0.5, 30, 75).Fill(30, 50, 130).Fill(50, 90, 75).Run(85);
        Assert.Empty(s.Transitions);
    }

    [Fact]
    public void MeanRate_BrokenByALoss_CountsAnew()
    {
        Scenario s = new Scenario().Fill(0.5, 20, 130).Flag(20, 21, PatchFlags.Gap).Fill(21, 41, 130).Run(41);
        Assert.Empty(s.Transitions);
    }

    [Fact]
    public void Tachycardia_UnderExtremeTachycardia_IsSuppressedAndCounted()
    {
        Scenario s = new Scenario().Fill(0.5, 60, 160).Run(55);
        Assert.Equal([AlertKind.ExtremeTachycardia], s.Transitions.Select(t => t.Kind).Distinct());
        Assert.Equal(1, s.Counters.SuppressedSubsumed);
    }
}
