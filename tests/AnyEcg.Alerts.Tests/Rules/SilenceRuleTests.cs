using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

public sealed class SilenceRuleTests
{
    [Theory]
    [InlineData(4.1, 1)]
    [InlineData(3.9, 0)]
    public void Asystole_SilenceOfBoth_AlertsFromFourSeconds(double silence, int alerts)
    {
        Scenario s = new();
        double last = s.Train(0.5, 11, 60) - 1;
        s.Fill(last + silence, 30, 60).Run(30);
        Assert.Equal(alerts, s.Starts(AlertKind.Asystole).Count());
        Assert.Single(s.Starts(AlertKind.Pause));
    }

    [Fact]
    public void Asystole_Start_NamesOnsetAndDecidingSample()
    {
        Scenario s = new Scenario().Fill(0.5, 10, 60).Run(30);
        AlertTransition start = Assert.Single(s.Starts(AlertKind.Asystole));
        Assert.Equal(9.5 * 300, start.OnsetSample);
        Assert.Equal(13.5 * 300, start.DecidedSample);
        Assert.Equal(9_500_000_000, start.OnsetNs);
        Assert.False(start.QualityDoubtful);
        Assert.InRange(start.DecidedReceivedNs - start.OnsetNs, 4_000_000_000, 6_000_000_000);
    }

    [Fact]
    public void Asystole_BeatsReturn_EndsWhereTheyBegin()
    {
        Scenario s = new Scenario().Fill(0.5, 10, 60).Fill(20, 40, 60).Run(40);
        AlertTransition end = Assert.Single(s.Of(AlertKind.Asystole), t => t.Phase == AlertPhase.End);
        Assert.InRange(end.EndSample!.Value, 19.5 * 300, 20.1 * 300);
        Assert.False(end.ConditionPresent);
        Assert.Equal(AlertSignal.Latched, end.Signal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Asystole_OneDetectorSilent_AlertsLaterWithDoubt(bool networkSilent)
    {
        Scenario s = new Scenario().Fill(0.5, 10, 60);
        s.Train(10.5, 20, 60, byNetwork: !networkSilent, byGuard: networkSilent);
        s.Run(14);
        Assert.Empty(s.Starts(AlertKind.Asystole));
        s.Run(25);
        AlertTransition start = Assert.Single(s.Starts(AlertKind.Asystole));
        Assert.True(start.QualityDoubtful);
        Assert.Equal(15.5 * 300, start.DecidedSample);
        Assert.InRange(s.Counters.Disagreements, 1, 3);
    }

    [Theory]
    [InlineData(PatchFlags.LeadOff)]
    [InlineData(PatchFlags.Gap)]
    public void Asystole_NoToken_IsNeverAsystole(PatchFlags flag)
    {
        Scenario s = new Scenario().Fill(0.5, 10, 60).Fill(30, 40, 60).Flag(10, 30, flag).Run(40);
        Assert.Empty(s.Of(AlertKind.Asystole));
        Assert.Equal(flag == PatchFlags.LeadOff ? 1 : 0, s.Starts(AlertKind.LeadOff).Count());
    }

    [Fact]
    public void Asystole_LeadOffWithinTheSilence_CountsAnew()
    {
        Scenario s = new Scenario().Fill(0.5, 10, 60).Fill(16.5, 40, 60).Flag(13, 14, PatchFlags.LeadOff).Run(40);
        Assert.Empty(s.Of(AlertKind.Asystole));
    }

    [Theory]
    [InlineData(PatchFlags.Flat, 1)]
    [InlineData(PatchFlags.None, 0)]
    public void Asystole_NetworkCallsItUnreadable_CountsOnlyAFlatLine(PatchFlags flags, int alerts)
    {
        Scenario s = new Scenario().Fill(0.5, 10, 60).Rhythm(10, 20, RhythmClass.Unreadable).Flag(10, 20, flags).Run(20);
        Assert.Equal(alerts, s.Starts(AlertKind.Asystole).Count());
    }

    [Theory]
    [InlineData(PatchFlags.Flat, 1)]
    [InlineData(PatchFlags.None, 0)]
    public void Asystole_NetworkNamesAVentricularRhythm_CountsOnlyAFlatLine(PatchFlags flags, int alerts)
    {
        Scenario s = new Scenario().Fill(0.5, 10, 60).Rhythm(10, 20, RhythmClass.VentricularTachycardia, 0.6f).Flag(10, 20, flags).Run(20);
        Assert.Equal(alerts, s.Starts(AlertKind.Asystole).Count());
        Assert.Empty(s.Of(AlertKind.ExtremeBradycardia));
    }

    [Fact]
    public void Asystole_SecondsNotScored_TheClassicalDetectorDecides()
    {
        Scenario s = new Scenario().Fill(0.5, 10, 60).During(0, 60, o => o.Scored = false).Run(20);
        Assert.Single(s.Starts(AlertKind.Asystole));
        Scenario beating = new Scenario().Fill(0.5, 60, 60).During(5, 60, o => o.Scored = false).Run(59);
        Assert.Empty(beating.Transitions);
    }

    [Fact]
    public void Asystole_LossInTheSilence_IsDoubtful()
    {
        Scenario s = new Scenario().Fill(0.5, 10, 60).During(11, 12, o => o.MissingShare[0] = 0.4f).Run(20);
        Assert.True(Assert.Single(s.Starts(AlertKind.Asystole)).QualityDoubtful);
    }

    [Theory]
    [InlineData(2.6, 1)]
    [InlineData(2.4, 0)]
    public void Pause_Silence_AlertsFromTwoAndAHalfSeconds(double silence, int alerts)
    {
        Scenario s = new();
        double last = s.Train(0.5, 11, 60) - 1;
        s.Fill(last + silence, 20, 60).Run(20);
        Assert.Equal(alerts, s.Starts(AlertKind.Pause).Count());
        Assert.DoesNotContain(s.Transitions, t => t.Kind != AlertKind.Pause);
    }

    [Fact]
    public void Pause_BeatMayHideInALoss_IsNone()
    {
        Scenario s = new Scenario().Fill(0.5, 10, 60).Fill(12.2, 20, 60).During(10, 12, o => o.MissingShare[0] = 0.4f).Run(20);
        Assert.Empty(s.Of(AlertKind.Pause));
    }

    [Fact]
    public void Pause_FirstBeatsAfterAStart_IsNone()
    {
        Scenario s = new Scenario().Fill(2.8, 20, 60).Run(20);
        Assert.Empty(s.Transitions);
    }
}
