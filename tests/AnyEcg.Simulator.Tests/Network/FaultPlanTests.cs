using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Simulator.Tests;

public sealed class FaultPlanTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);

    [Fact]
    public void Draw_AnySeed_HasAllKindsInOrderWithinTheDuration() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).Two().ToArbitrary(), draw =>
        {
            TimeSpan duration = TimeSpan.FromSeconds(10 + (draw.Item2 % 1000));
            IReadOnlyList<FaultStep> steps = FaultPlan.Draw(draw.Item1, duration, Longest).Steps;
            Assert.Equal(Enum.GetValues<FaultKind>(), steps.Select(s => s.Kind).Distinct().Order());
            Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.True(pair.First.At + (1.9 * pair.First.Length) <= pair.Second.At));
            Assert.All(steps, step => Assert.True(step.Length > TimeSpan.Zero && step.Length <= Longest));
            Assert.True(steps[^1].At + steps[^1].Length <= duration);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Draw_SameSeed_SamePlan()
    {
        TimeSpan duration = TimeSpan.FromMinutes(10);

        Assert.Equal(FaultPlan.Draw(5, duration, Longest).Steps, FaultPlan.Draw(5, duration, Longest).Steps);
        Assert.NotEqual(FaultPlan.Draw(5, duration, Longest).Steps, FaultPlan.Draw(6, duration, Longest).Steps);
    }

    [Fact]
    public async Task Play_SetsEachFaultForItsTimeAndLeavesNone()
    {
        ManualTime time = new();
        await using ProxyRig rig = new();
        FaultPlan plan = FaultPlan.Draw(3, TimeSpan.FromSeconds(24), Longest);
        Task playing = plan.PlayAsync(rig.Proxy, time, rig.Budget);

        foreach (FaultStep step in plan.Steps)
        {
            Assert.Equal(NetworkFaults.None, rig.Proxy.Faults);
            await GoAsync(step.At + (step.Length / 2), step.Faults);
            await GoAsync(step.At + (1.5 * step.Length), NetworkFaults.None);
        }

        await playing;

        async Task GoAsync(TimeSpan at, NetworkFaults expected)
        {
            await rig.UntilAsync(() => time.Pending > 0);
            time.Advance(ManualTime.Start + at - time.GetUtcNow());
            await rig.UntilAsync(() => rig.Proxy.Faults == expected);
        }
    }

    [Fact]
    public async Task Play_Cancelled_LeavesNoFault()
    {
        ManualTime time = new();
        await using ProxyRig rig = new();
        using CancellationTokenSource cancel = new();
        FaultPlan plan = FaultPlan.Draw(3, TimeSpan.FromSeconds(24), Longest);
        FaultStep step = plan.Steps.First(s => s.Faults != NetworkFaults.None);
        Task playing = plan.PlayAsync(rig.Proxy, time, cancel.Token);
        await rig.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            return rig.Proxy.Faults == step.Faults;
        });

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => playing);
        Assert.Equal(NetworkFaults.None, rig.Proxy.Faults);
    }
}
