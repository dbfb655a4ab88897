namespace AnyEcg.Alerts.Tests;

/// <summary>The state machine of alerts against its reference model, and against itself after a save and restore.</summary>
public sealed class ScheduleTests
{
    private const int Schedules = 1_000_000, Restored = 20_000;

    [Fact]
    public void AnySchedule_AMillion_NoIllegalTransition() =>
        Parallel.For(0, Schedules, seed => new Schedule(seed).Run(6 + (seed % 9)));

    [Fact]
    public void LongSchedules_NoIllegalTransition() =>
        Parallel.For(0, 2000, seed => new Schedule(-1 - seed).Run(60));

    [Fact]
    public void Schedules_Together_SeeEveryStateAndAction()
    {
        AlertTransition[] seen = [.. Enumerable.Range(0, 3000).SelectMany(seed => new Schedule(seed).Run(20).Transitions)];
        Assert.Equal(Enum.GetValues<AlertSignal>(), seen.Select(t => t.Signal).Distinct().Order());
        Assert.Equal([AlertPhase.Start, AlertPhase.Update, AlertPhase.End], seen.Select(t => t.Phase).Distinct().Order());
        Assert.Equal(
            Enum.GetValues<TransitionActionKind>().Except([TransitionActionKind.Unlatch]),
            seen.Where(t => t.Action is not null).Select(t => t.Action!.Kind).Distinct().Order());
        Assert.Contains(seen, t => t.Phase == AlertPhase.End && t.Signal == AlertSignal.Paused);
        Assert.Contains(seen, t => t.PriorityWas is not null && t.Action?.Kind == TransitionActionKind.Limits);
    }

    [Fact]
    public void RestoredAtAnyStep_GoesOnAlike() => Parallel.For(0, Restored, seed =>
    {
        int steps = 8 + (seed % 25);
        Schedule original = new Schedule(seed).Run(steps);
        Schedule restored = new Schedule(seed).Run(steps, seed % steps, s => SavedState.Copy(s.Policy, s.NewPolicy()));
        Assert.Equal(original.Transitions, restored.Transitions);
    });
}
