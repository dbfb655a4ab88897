using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

/// <summary>The twelve rules of alerts, each by its number. docs/alerts.md tells them to backends.</summary>
public sealed class AlertRuleTests
{
    private static readonly AlertAction Nurse = new("nurse 7", "seen", 500_000_000_000);

    [Fact]
    public void Rule01_ReonsetBesideALatchedAlert_IsANewAlert()
    {
        Scenario s = TwoSilences().Run(60);
        List<AlertTransition> starts = [.. s.Starts(AlertKind.Asystole)];
        Assert.Equal(2, starts.Select(t => t.AlertId).Distinct().Count());
        Assert.Equal(2, s.Policy.LatchedAlerts);
        Assert.Equal(0u, s.Policy.OpenKinds & 1u << (int)AlertKind.Asystole);
    }

    [Fact]
    public void Rule02_EndOfALatchingKind_StaysUntilAcknowledged()
    {
        Scenario s = TwoSilences().Run(34);
        AlertTransition end = s.Of(AlertKind.Asystole).Last();
        Assert.Equal((AlertPhase.End, false, AlertSignal.Latched), (end.Phase, end.ConditionPresent, end.Signal));
        Assert.Equal(AlertActionResult.Done, s.Policy.Acknowledge(end.AlertId, Nurse, s));
        AlertTransition off = s.Transitions[^1];
        Assert.Equal((AlertPhase.Update, false, AlertSignal.Off), (off.Phase, off.ConditionPresent, off.Signal));
        Assert.Equal((end.EndNs, end.EndSample, end.Revision + 1), (off.EndNs, off.EndSample, off.Revision));
        Assert.Equal(0, s.Policy.LatchedAlerts);
    }

    [Fact]
    public void Rule03_AcknowledgeAndPause_CarryWhoWhenAndWhy()
    {
        Scenario s = Fibrillating(40);
        s.Policy.Pause(AlertKind.AtrialFibrillation, Nurse.TimeNs + 9, Nurse, s);
        s.Policy.Acknowledge(s.Transitions[0].AlertId, Nurse, s);
        Assert.Equal(
            [(AlertSignal.On, null), (AlertSignal.Paused, TransitionActionKind.Pause), (AlertSignal.Acknowledged, TransitionActionKind.Acknowledge)],
            s.Transitions.Select(t => (t.Signal, t.Action?.Kind)));
        Assert.All(s.Transitions.Skip(1), t => Assert.Equal(("nurse 7", "seen", Nurse.TimeNs), (t.Action!.Operator, t.Action.Reason, t.Action.TimeNs)));
        Assert.Equal(Nurse.TimeNs + 9, s.Transitions[1].PausedUntilNs);
    }

    [Fact]
    public void Rule03_Repeated_DoNothing()
    {
        Scenario s = Fibrillating(40);
        Guid id = s.Transitions[0].AlertId;
        s.Policy.Pause(null, Nurse.TimeNs + 9, Nurse, s);
        s.Policy.Acknowledge(id, Nurse, s);
        int before = s.Transitions.Count;
        Assert.Equal(AlertActionResult.NothingToDo, s.Policy.Pause(null, Nurse.TimeNs + 9, Nurse, s));
        Assert.Equal(AlertActionResult.NothingToDo, s.Policy.Acknowledge(id, Nurse, s));
        Assert.Equal(AlertActionResult.UnknownAlert, s.Policy.Acknowledge(new Guid(1, 2, 3, new byte[8]), Nurse, s));
        s.Policy.ResetEpoch(s);
        Assert.Equal(AlertActionResult.NothingToDo, s.Policy.Acknowledge(id, Nurse, s));
        Assert.Equal(before + 1, s.Transitions.Count);
    }

    [Fact]
    public void Rule03_AfterARestart_HoldAsBefore()
    {
        Scenario s = Fibrillating(40);
        s.Policy.Acknowledge(s.Transitions[0].AlertId, Nurse, s);
        s.Policy.Pause(AlertKind.Asystole, Nurse.TimeNs + 9, Nurse, s);
        AlertPolicy restarted = SavedState.Copy(s.Policy, new AlertPolicy(s.Policy.Stream, AlertSettings.Default, new AlertCounters()));
        Assert.Equal(AlertActionResult.NothingToDo, restarted.Acknowledge(s.Transitions[0].AlertId, Nurse, s));
        Assert.Equal(Nurse.TimeNs + 9, restarted.NextDueNs);
    }

    [Fact]
    public void Rule04_Paused_IsPublishedAndCounted()
    {
        Scenario s = new Scenario().Fill(0.5, 50, 80).Rhythm(0, 50, RhythmClass.AtrialFibrillation);
        s.Policy.Pause(AlertKind.AtrialFibrillation, long.MaxValue, Nurse with { TimeNs = long.MaxValue - 1 }, s);
        s.Run(40);
        Assert.Equal((AlertPhase.Start, AlertSignal.Paused), (s.Transitions[0].Phase, s.Transitions[0].Signal));
        Assert.Equal(1, s.Counters.SuppressedPause);
    }

    [Fact]
    public void Rule04_WhileDischarged_IsCountedAndNotRaised()
    {
        Scenario s = new Scenario().Fill(0.5, 50, 80).Rhythm(0, 50, RhythmClass.AtrialFibrillation);
        s.Policy.Discharge(Nurse, s);
        s.Run(40);
        s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.NoData, 1, 0, 0, 1), s);
        Assert.Empty(s.Transitions);
        Assert.Equal(2, s.Counters.SuppressedDischarged);
    }

    [Fact]
    public void Rule05_Historical_HasIdsOfItsOwnAndNeverLatches()
    {
        Scenario live = TwoSilences().Run(60);
        Scenario old = TwoSilences(historical: true).Run(60);
        Assert.Equal(live.Transitions.Count, old.Transitions.Count);
        Assert.All(old.Transitions, t => Assert.True(t.Historical));
        Assert.All(live.Transitions, t => Assert.False(t.Historical));
        Assert.Empty(live.Transitions.Select(t => t.AlertId).Intersect(old.Transitions.Select(t => t.AlertId)));
        Assert.All(old.Transitions.Where(t => !t.ConditionPresent), t => Assert.Equal(AlertSignal.Off, t.Signal));
        Assert.Equal(0, old.Policy.LatchedAlerts);
    }

    [Fact]
    public void Rule06_BeatFoundLateInTheSilence_Retracts()
    {
        // The network sees every beat; the classical detector none for six seconds, and then, late, one in the middle of them.
        Scenario s = new();
        s.Train(0.5, 10, 60);
        s.Train(10.5, 20, 60, byGuard: false);
        s.Train(18.5, 12, 60, byNetwork: false);
        s.During(17, 18, o => o.Qrs.Add(new QrsDetection(0, (long)(13.2 * 300), 2))).Run(30);
        List<AlertTransition> alert = [.. s.Of(AlertKind.Asystole)];
        Assert.Equal([AlertPhase.Start, AlertPhase.Retract], alert.Select(t => t.Phase));
        Assert.Equal((false, AlertSignal.Off, 2), (alert[1].ConditionPresent, alert[1].Signal, alert[1].Revision));
        Assert.NotNull(alert[1].Retraction);
        Assert.Equal((1, 0), ((int)s.Counters.Retracted, s.Policy.LatchedAlerts));
    }

    [Fact]
    public void Rule06_BeatFoundLateAmongSlowOnes_Retracts()
    {
        Scenario s = new();
        s.Train(0.5, 40, 75, byGuard: false);
        s.Train(0.5, 12, 37.5, byNetwork: false);
        s.Run(13);
        AlertTransition start = s.Starts(AlertKind.ExtremeBradycardia).Single();
        s.During(13, 14, o => o.Qrs.Add(new QrsDetection(0, start.OnsetSample + 720, 2))).Run(14);
        Assert.Equal(AlertPhase.Retract, s.Of(AlertKind.ExtremeBradycardia).Last().Phase);
    }

    [Fact]
    public void Rule06_BeatFoundLateAfterTheDecision_Stands()
    {
        Scenario s = new();
        s.Train(0.5, 10, 60);
        s.Run(17);
        Assert.Equal(AlertPhase.Start, s.Of(AlertKind.Asystole).Single().Phase);
        s.During(17, 18, o => o.Qrs.Add(new QrsDetection(0, (long)(15.5 * 300), 2))).Run(18);
        Assert.Equal(AlertPhase.Start, s.Of(AlertKind.Asystole).Last().Phase);
    }

    [Fact]
    public void Rule06_AfterARetraction_TheIdIsNotUsedAgain()
    {
        Scenario s = new();
        s.Train(0.5, 10, 60);
        s.Train(10.5, 60, 60, byGuard: false);
        s.During(17, 18, o => o.Qrs.Add(new QrsDetection(0, (long)(13.2 * 300), 2))).Run(40);
        List<AlertTransition> starts = [.. s.Starts(AlertKind.Asystole)];
        Assert.Equal(2, starts.Count);
        Assert.NotEqual(starts[0].AlertId, starts[1].AlertId);
    }

    [Fact]
    public void Rule07_AtrialFibrillation_OnsetAndTerminationOnly()
    {
        Scenario s = new Scenario().Fill(0.5, 400, 80).Rhythm(0, 300, RhythmClass.AtrialFibrillation).Run(400);
        Assert.Equal([AlertPhase.Start, AlertPhase.End], s.Of(AlertKind.AtrialFibrillation).Select(t => t.Phase));
    }

    [Fact]
    public void Rule08_WhileTheConditionHolds_UpdatesEveryThirtySeconds()
    {
        Scenario s = new Scenario().Fill(0.5, 200, 30).Run(150);
        List<AlertTransition> alert = [.. s.Of(AlertKind.ExtremeBradycardia)];
        Assert.All(alert.Skip(1).Zip(alert.Skip(2)), pair => Assert.Equal(30 * 300, pair.Second.DecidedSample - pair.First.DecidedSample));
        Assert.Equal(5, alert.Count);
    }

    [Fact]
    public void Rule09_OfflineNoDataAndLeadOff_AreThreeAlerts()
    {
        Scenario s = new Scenario().Flag(0, 10, PatchFlags.LeadOff).Run(10);
        s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.DeviceOffline, 1, 0, 0, 1), s);
        s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.NoData, 1, 0, 0, 1), s);
        Assert.Equal([AlertKind.LeadOff, AlertKind.DeviceOffline, AlertKind.NoData], s.Transitions.Select(t => t.Kind));
        Assert.Equal(3, s.Transitions.Select(t => t.AlertId).Distinct().Count());
    }

    [Fact]
    public void Rule10_BareAnomalyScore_NamesNoRhythm()
    {
        Scenario s = new Scenario().Fill(0.5, 100, 80).During(0, 100, o => o.Anomaly = 0.95f).Run(100);
        AlertTransition alert = Assert.Single(s.Transitions, t => t.Phase == AlertPhase.Start);
        Assert.Equal((AlertKind.ArrhythmiaUnspecified, AlertPriority.Info), (alert.Kind, alert.Priority));
    }

    [Fact]
    public void Rule11_StuckEngine_IsRaisedWithoutSamples()
    {
        Scenario s = new();
        s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.StuckEngine, 0, 0, 20_000_000_000, 1), s);
        Assert.Equal((AlertKind.StuckEngine, AlertPriority.High), (s.Transitions.Single().Kind, s.Transitions.Single().Priority));
    }

    [Theory]
    [InlineData(19, false)]
    [InlineData(20, true)]
    public void Rule12_OnAfterNOfMSeconds_InEventTime(int seconds, bool raised)
    {
        Scenario s = new Scenario().Fill(0.5, 100, 80).Rhythm(10, 10 + seconds, RhythmClass.AtrialFibrillation).Run(60);
        Assert.Equal(raised, s.Starts(AlertKind.AtrialFibrillation).Any());
    }

    [Fact]
    public void Rule12_OffAfterNOfMSeconds_InEventTime()
    {
        Scenario s = new Scenario().Fill(0.5, 100, 80).Rhythm(0, 40, RhythmClass.AtrialFibrillation).Run(59);
        Assert.NotEqual(0u, s.Policy.OpenKinds & 1u << (int)AlertKind.AtrialFibrillation);
        Assert.Equal(AlertPhase.End, s.Run(60).Of(AlertKind.AtrialFibrillation).Last().Phase);
    }

    /// <summary>Sinus rhythm with two silences of eight seconds, at 10 s and at 35 s.</summary>
    private static Scenario TwoSilences(bool historical = false) =>
        new Scenario(historical: historical).Fill(0.5, 10, 75).Fill(18, 35, 75).Fill(43, 70, 75);

    private static Scenario Fibrillating(long to) => new Scenario().Fill(0.5, to, 80).Rhythm(0, to, RhythmClass.AtrialFibrillation).Run(to);
}
