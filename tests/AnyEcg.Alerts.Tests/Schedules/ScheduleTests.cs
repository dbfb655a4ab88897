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
    public void RestoredAtAnyStep_GoesOnAlike() => Parallel.For(0, Restored, seed =>
    {
        int steps = 8 + (seed % 25);
        Schedule original = new Schedule(seed).Run(steps);
        Schedule restored = new Schedule(seed).Run(steps, seed % steps, s => SavedState.Copy(s.Policy, s.NewPolicy()));
        Assert.Equal(original.Transitions, restored.Transitions);
    });
}
