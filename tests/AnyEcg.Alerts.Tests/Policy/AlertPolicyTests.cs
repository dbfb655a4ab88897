using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

public sealed class AlertPolicyTests
{
    [Fact]
    public void Observe_LongCondition_UpdatesEveryThirtySeconds()
    {
        Scenario s = new Scenario().Fill(0.5, 200, 30).Run(150);
        List<AlertTransition> alert = [.. s.Of(AlertKind.ExtremeBradycardia)];
        Assert.Equal(AlertPhase.Start, alert[0].Phase);
        Assert.All(alert.Skip(1), t => Assert.Equal(AlertPhase.Update, t.Phase));
        Assert.Equal(Enumerable.Range(1, alert.Count), alert.Select(t => t.Revision));
        Assert.All(alert.Skip(1).Zip(alert.Skip(2)), pair => Assert.Equal(30 * 300, pair.Second.DecidedSample - pair.First.DecidedSample));
        Assert.Equal(4, alert.Count - 1);
        Assert.Single(alert.Select(t => t.AlertId).Distinct());
    }

    [Fact]
    public void Observe_ReonsetAfterRefractory_IsANewAlert()
    {
        Scenario s = new Scenario().Fill(0.5, 400, 80)
            .Rhythm(0, 60, RhythmClass.AtrialFibrillation).Rhythm(160, 220, RhythmClass.AtrialFibrillation).Run(300);
        List<AlertTransition> alerts = [.. s.Of(AlertKind.AtrialFibrillation)];
        Assert.Equal([AlertPhase.Start, AlertPhase.End, AlertPhase.Start, AlertPhase.End], alerts.Select(t => t.Phase));
        Assert.NotEqual(alerts[0].AlertId, alerts[2].AlertId);
        Assert.Equal(1, alerts[2].Revision);
    }

    [Fact]
    public void Observe_ReonsetWithinRefractory_WaitsAndIsCounted()
    {
        Scenario s = new Scenario().Fill(0.5, 400, 80)
            .Rhythm(0, 60, RhythmClass.AtrialFibrillation).Rhythm(90, 220, RhythmClass.AtrialFibrillation).Run(300);
        AlertTransition again = s.Starts(AlertKind.AtrialFibrillation).Last();
        Assert.Equal((80 + 60) * 300, again.DecidedSample);
        Assert.Equal(1, s.Counters.SuppressedRefractory);
    }

    [Fact]
    public void Observe_SignalUnreadableForLong_EndsWhatWasOpen()
    {
        Scenario s = new Scenario().Fill(0.5, 50, 80).Rhythm(0, 50, RhythmClass.AtrialFibrillation).Flag(50, 400, PatchFlags.Gap).Run(400);
        AlertTransition end = s.Of(AlertKind.AtrialFibrillation).Last();
        Assert.Equal((AlertPhase.End, 50 * 300L), (end.Phase, end.EndSample));
        Assert.Equal(1, s.Counters.EndedUnread);
    }

    [Fact]
    public void Observe_SecondTwice_Throws()
    {
        Scenario s = new Scenario().Run(5);
        Assert.Throws<ArgumentException>(() => s.Policy.Observe(s.Second(4), s));
    }

    [Fact]
    public void Observe_NewEpoch_ClosesWhatWasOpen()
    {
        Scenario s = new Scenario().Fill(0.5, 50, 80).Rhythm(0, 50, RhythmClass.AtrialFibrillation).Run(40);
        s.Epoch = 2;
        s.NextSecond = 0;
        s.Run(1);
        AlertTransition end = s.Transitions[^1];
        Assert.Equal((AlertPhase.End, 1u, 40 * 300L), (end.Phase, end.Epoch, end.EndSample));
        Assert.Equal(0u, s.Policy.OpenKinds);
    }

    [Fact]
    public void ResetEpoch_AfterTheObservationWasReused_EndsAtTheStreamsOwnTime()
    {
        Scenario s = new Scenario().Fill(0.5, 50, 80).Rhythm(0, 50, RhythmClass.AtrialFibrillation).Run(39);
        SecondObservation last = s.Second(39);
        s.Policy.Observe(last, s);
        (last.Second, last.StartNs, last.CompletedNs, last.Epoch) = (9999, 1, 1, 77);
        s.Policy.ResetEpoch(s);
        AlertTransition end = s.Transitions[^1];
        Assert.Equal((40 * 300L, 40_000_000_000L, 40_000_000_000L, 1u), (end.DecidedSample, end.EndNs, end.DecidedReceivedNs, end.Epoch));
    }

    [Theory]
    [InlineData(AlertKind.DeviceOffline)]
    [InlineData(AlertKind.NoData)]
    [InlineData(AlertKind.StuckEngine)]
    public void RaiseTechnical_UntilCleared_IsOneAlert(AlertKind kind)
    {
        Scenario s = new();
        s.Policy.RaiseTechnical(new TechnicalEvent(kind, 1, 300, 7, 42), s);
        s.Policy.RaiseTechnical(new TechnicalEvent(kind, 1, 600, 8, 43), s);
        s.Policy.ResetEpoch(s);
        Assert.Equal(1u << (int)kind, s.Policy.OpenKinds);
        s.Policy.Clear(kind, 900, 9, s);
        s.Policy.Clear(kind, 900, 9, s);
        Assert.Equal([(AlertPhase.Start, 1), (AlertPhase.End, 2)], s.Transitions.Select(t => (t.Phase, t.Revision)));
        Assert.Equal(AlertId.Create(s.Policy.Stream, kind, 1, 42), s.Transitions[0].AlertId);
        Assert.Equal((9L, 900L), (s.Transitions[1].EndNs, s.Transitions[1].EndSample));
        Assert.Equal(1, s.Counters.SuppressedOpen);
    }

    [Fact]
    public void RaiseTechnical_OfAWorkerOnly_IsRefused()
    {
        Scenario s = new();
        Assert.Throws<ArgumentException>(() => s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.EngineDegraded, 1, 300, 7, 42), s));
    }

    [Theory]
    [InlineData(AlertKind.KeyConflict)]
    [InlineData(AlertKind.ClockJump)]
    [InlineData(AlertKind.PatientMark)]
    public void RaiseTechnical_MomentaryKind_IsOverAtOnce(AlertKind kind)
    {
        Scenario s = new();
        s.Policy.RaiseTechnical(new TechnicalEvent(kind, 1, 300, 7, 42) { Value = 3 }, s);
        Assert.Equal([AlertPhase.Start, AlertPhase.End], s.Transitions.Select(t => t.Phase));
        Assert.Equal(3, s.Transitions[0].Value);
        Assert.Equal(0u, s.Policy.OpenKinds);
    }

    [Theory]
    [InlineData(59, 1)]
    [InlineData(60, 2)]
    public void RaiseTechnical_ConflictAgain_WaitsForItsRefractoryTime(long seconds, int alerts)
    {
        Scenario s = new();
        s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.KeyConflict, 1, 0, 0, 1), s);
        s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.KeyConflict, 1, 0, seconds * 1_000_000_000, 2), s);
        Assert.Equal(alerts, s.Starts(AlertKind.KeyConflict).Count());
        Assert.Equal(2 - alerts, s.Counters.SuppressedRefractory);
    }

    [Fact]
    public void RaiseTechnical_KindOfTheSamples_Throws()
    {
        Scenario s = new();
        Assert.Throws<ArgumentException>(() => s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.LeadOff, 1, 0, 0, 0), s));
    }

    [Fact]
    public void Technical_OfflineNoDataAndLeadOff_AreThreeAlerts()
    {
        Scenario s = new Scenario().Flag(0, 10, PatchFlags.LeadOff).Run(10);
        s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.DeviceOffline, 1, 0, 0, 1), s);
        s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.NoData, 1, 0, 0, 1), s);
        Assert.Equal(3, s.Starts(t => true).Select(t => t.AlertId).Distinct().Count());
        Assert.Equal([AlertKind.LeadOff, AlertKind.DeviceOffline, AlertKind.NoData], s.Starts(t => true).Select(t => t.Kind));
    }
}
