using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

/// <summary>What single actions do, beyond what the schedules hold against the model.</summary>
public sealed class AlertActionTests
{
    private const long Second = 1_000_000_000;

    private static readonly AlertAction Nurse = new("nurse 7", "as agreed", 100 * Second);

    [Fact]
    public void SetLimits_OfAnAthlete_EndsAndKeepsAwayTheAlert()
    {
        Scenario s = new Scenario().Fill(0.5, 200, 38).Run(60);
        Assert.Single(s.Starts(AlertKind.ExtremeBradycardia));
        AlertActionResult result = s.Policy.SetLimits(
            new Dictionary<AlertKind, AlertKindOptions>
            {
                [AlertKind.Bradycardia] = new() { Limit = 35 },
                [AlertKind.ExtremeBradycardia] = new() { Limit = 30, OffLimit = 33 },
            },
            Nurse,
            s);
        Assert.Equal(AlertActionResult.Done, result);
        AlertTransition update = s.Transitions[^1];
        Assert.Equal((TransitionActionKind.Limits, "rate < 30/min over 5 beats"), (update.Action?.Kind, update.Limit));
        s.Run(200);
        Assert.Equal(AlertPhase.End, s.Transitions[^1].Phase);
        Assert.Single(s.Starts(t => true));
    }

    [Fact]
    public void SetLimits_WithFaults_NamesAllAndChangesNothing()
    {
        Scenario s = new();
        AlertActionResult result = s.Policy.SetLimits(
            new Dictionary<AlertKind, AlertKindOptions>
            {
                [AlertKind.Bradycardia] = new() { Limit = 40, OffLimit = 35 },
                [AlertKind.Pause] = new() { EscalateSeconds = -1, Priority = (AlertPriority)9 },
                [(AlertKind)99] = new(),
            },
            Nurse,
            s);
        Assert.Equal(AlertActionOutcome.Refused, result.Outcome);
        foreach (string fault in (string[])["bradycardia: OffLimit", "pause: EscalateSeconds", "pause: Priority", "no kind 99"])
            Assert.Contains(fault, result.Reason, StringComparison.Ordinal);
        Assert.Equal(AlertActionResult.NothingToDo, s.Policy.SetLimits(null, Nurse, s));
    }

    [Fact]
    public void SetLimits_ByTheOptionsAfterwards_AreNotFollowed()
    {
        Scenario s = new Scenario().Fill(0.5, 60, 45);
        AlertKindOptions options = new() { Limit = 42 };
        s.Policy.SetLimits(new Dictionary<AlertKind, AlertKindOptions> { [AlertKind.Bradycardia] = options }, Nurse, s);
        options.Limit = 60;
        AlertPolicy restored = SavedState.Copy(s.Policy, new AlertPolicy(s.Policy.Stream, AlertSettings.Default, new AlertCounters()));
        for (long k = 0; k < 60; k++)
            restored.Observe(s.Second(k), s);
        Assert.Empty(s.Of(AlertKind.Bradycardia));
    }

    [Fact]
    public void SetLimits_PriorityWhileOpen_SaysFromWhatAndWhy()
    {
        Scenario s = new Scenario().Fill(0.5, 60, 80).Rhythm(0, 60, RhythmClass.AtrialFibrillation).Run(40);
        s.Policy.SetLimits(new Dictionary<AlertKind, AlertKindOptions> { [AlertKind.AtrialFibrillation] = new() { Priority = AlertPriority.Low } }, Nurse, s);
        AlertTransition t = s.Transitions[^1];
        Assert.Equal((AlertPriority.Low, AlertPriority.Medium, "limits set: as agreed"), (t.Priority, t.PriorityWas, t.PriorityReason));
    }

    [Fact]
    public void Tick_NobodyAcknowledges_RaisesThePriorityStepByStep()
    {
        Scenario s = new(new AlertOptions { Kinds = { [AlertKind.PatientMark] = new() { Latching = true, EscalateSeconds = 60 } } });
        s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.PatientMark, 1, 0, 0, 1), s);
        Assert.Equal(60 * Second, s.Policy.NextDueNs);
        s.Policy.Tick((60 * Second) - 1, s);
        Assert.Equal(2, s.Transitions.Count);
        s.Policy.Tick(500 * Second, s);
        Assert.Equal([AlertPriority.Medium, AlertPriority.High], s.Transitions.Skip(2).Select(t => t.Priority));
        Assert.Equal("not acknowledged within 60 s", s.Transitions[^1].PriorityReason);
        Assert.Null(s.Policy.NextDueNs);
        Assert.Equal(2, s.Counters.Escalated);
    }

    [Fact]
    public void Latched_MoreThanAStreamMayHave_TheOldestGivesWay()
    {
        Scenario s = new(new AlertOptions { Kinds = { [AlertKind.PatientMark] = new() { Latching = true } } });
        for (int i = 0; i < 70; i++)
            s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.PatientMark, 1, 0, i * Second, i), s);
        Assert.Equal((64, 6), (s.Policy.LatchedAlerts, (int)s.Counters.Unlatched));
        AlertTransition[] dropped = [.. s.Transitions.Where(t => t.Action?.Kind == TransitionActionKind.Unlatch)];
        Assert.Equal(s.Transitions.Where(t => t.Phase == AlertPhase.Start).Take(6).Select(t => t.AlertId), dropped.Select(t => t.AlertId));
        Assert.All(dropped, t => Assert.Equal((AlertSignal.Off, false), (t.Signal, t.Action!.Reason is null)));
    }

    [Fact]
    public void Admit_ConditionStillHolds_RaisesANewAlert()
    {
        Scenario s = new();
        s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.DeviceOffline, 1, 0, Second, 1), s);
        s.Policy.Discharge(Nurse, s);
        AlertTransition closed = s.Transitions[^1];
        Assert.Equal((AlertPhase.End, AlertSignal.Off, TransitionActionKind.Discharge), (closed.Phase, closed.Signal, closed.Action?.Kind));
        s.Policy.Admit(Nurse with { TimeNs = 200 * Second }, s);
        AlertTransition again = s.Transitions[^1];
        Assert.Equal((AlertPhase.Start, 200 * Second), (again.Phase, again.OnsetNs));
        Assert.NotEqual(closed.AlertId, again.AlertId);
        s.Policy.Clear(AlertKind.DeviceOffline, 0, 300 * Second, s);
        Assert.Equal(AlertPhase.End, s.Transitions[^1].Phase);
    }

    [Fact]
    public void Admit_SamplesOfThePatientBefore_CountForNothing()
    {
        Scenario s = new Scenario().Fill(0.5, 100, 80).Rhythm(0, 100, RhythmClass.AtrialFibrillation).Run(15);
        s.Policy.Discharge(Nurse, s);
        s.Run(60);
        s.Policy.Admit(Nurse, s);
        s.Run(100);
        Assert.Equal((60 + 20) * 300, s.Transitions.Single().DecidedSample);
        Assert.Equal(60 * 300, s.Transitions.Single().OnsetSample);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData((86_400 * Second) + 1)]
    public void Pause_OfNoOrTooLongTime_IsRefused(long length)
    {
        Scenario s = new();
        Assert.Equal(AlertActionOutcome.Refused, s.Policy.Pause(null, Nurse.TimeNs + length, Nurse, s).Outcome);
        Assert.Null(s.Policy.NextDueNs);
    }

    [Fact]
    public void RaiseTechnical_SameEventAgainAfterItsEnd_IsNoSecondAlert()
    {
        Scenario s = new();
        s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.DeviceOffline, 1, 0, Second, 7), s);
        s.Policy.Clear(AlertKind.DeviceOffline, 0, 2 * Second, s);
        s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.DeviceOffline, 1, 0, 3 * Second, 7), s);
        Assert.Equal((2, 1), (s.Transitions.Count, (int)s.Counters.SuppressedOpen));
    }
}
