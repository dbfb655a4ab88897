using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

/// <summary>Opening, closing, and plans that must be refused.</summary>
public sealed class SlotTests
{
    private static readonly LeadSet Two = new(Lead.I, Lead.II);

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void TryOpen_AllLeadSlotsTaken_FalseUntilOneCloses(TestEngine engine)
    {
        using IModelRunner runner = TestNetwork.Create(engine, slots: 3, leadSlots: 5, rows: 1, tokens: 2);
        Assert.True(runner.TryOpen(2, out KvSlot first));
        Assert.True(runner.TryOpen(2, out _));
        Assert.False(runner.TryOpen(2, out _));
        runner.Close(first);
        Assert.True(runner.TryOpen(3, out _));
        Assert.False(runner.TryOpen(1, out _));
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void TryOpen_AllSlotsTaken_False(TestEngine engine)
    {
        using IModelRunner runner = TestNetwork.Create(engine, slots: 1, leadSlots: 5, rows: 1, tokens: 2);
        Assert.True(runner.TryOpen(1, out _));
        Assert.False(runner.TryOpen(1, out _));
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Step_ClosedSlot_Throws(TestEngine engine)
    {
        using IModelRunner runner = TestNetwork.Create(engine, 1, 2, 1, 2);
        Assert.True(runner.TryOpen(2, out KvSlot slot));
        runner.Close(slot);
        Assert.Throws<ArgumentException>(() => runner.Step(Plan(slot, 0), new StepScores(1, 2)));
        Assert.Throws<ArgumentException>(() => runner.Reset(slot));
        Assert.Throws<ArgumentException>(() => runner.Close(slot));
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Step_SecondNotAfterTheLast_ThrowsAndLeavesTheSlotAsItWas(TestEngine engine)
    {
        using IModelRunner runner = TestNetwork.Create(engine, 1, 2, 1, 2);
        Assert.True(runner.TryOpen(2, out KvSlot slot));
        StepScores scores = new(1, 2);
        runner.Step(Plan(slot, 5), scores);
        byte[] before = new byte[runner.SnapshotSize(slot)];
        byte[] after = new byte[before.Length];
        runner.Snapshot(slot, before);
        foreach (long second in (long[])[5, 4, -1])
        {
            Assert.Throws<ArgumentException>(() => runner.Step(Plan(slot, second), scores));
            runner.Snapshot(slot, after);
            Assert.Equal(before, after);
        }

        runner.Step(Plan(slot, 6), scores);
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Step_LeadThatTheSlotLacks_Throws(TestEngine engine)
    {
        using IModelRunner runner = TestNetwork.Create(engine, 1, 2, 1, 2);
        Assert.True(runner.TryOpen(1, out KvSlot slot));
        Assert.Throws<ArgumentException>(() => runner.Step(Plan(slot, 0), new StepScores(1, 2)));
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Step_PlanOrScoresOfTheWrongSize_Throws(TestEngine engine)
    {
        using IModelRunner runner = TestNetwork.Create(engine, 2, 4, rows: 1, tokens: 2);
        Assert.True(runner.TryOpen(2, out KvSlot a));
        Assert.True(runner.TryOpen(2, out KvSlot b));
        StepPlan large = new(2, 4);
        PatchSecond patch = new(2) { Present = 3 };
        Assert.True(large.TryAdd(a, Two, patch) && large.TryAdd(b, Two, patch));
        Assert.Throws<ArgumentException>(() => runner.Step(large, new StepScores(2, 4)));
        Assert.Throws<ArgumentException>(() => runner.Step(Plan(a, 0), new StepScores(1, 1)));
        Assert.Throws<ArgumentException>(() => runner.Step(Plan(a, 0), new StepScores(1, 2, arrhythmiaClasses: 4)));
        StepPlan asking = new(1, 2);
        Assert.True(asking.TryAdd(a, Two, new PatchSecond(2) { Present = 1 }, reconstruct: 2));
        Assert.Throws<ArgumentException>(() => runner.Step(asking, new StepScores(1, 2)));
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Step_EmptyPlan_DoesNothing(TestEngine engine)
    {
        using IModelRunner runner = TestNetwork.Create(engine, 1, 1, 1, 1);
        runner.Step(new StepPlan(1, 1), new StepScores(1, 1));
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Step_AfterDispose_Throws(TestEngine engine)
    {
        IModelRunner runner = TestNetwork.Create(engine, 1, 1, 1, 1, threads: 3);
        runner.Dispose();
        Assert.Throws<ObjectDisposedException>(() => runner.Step(new StepPlan(1, 1), new StepScores(1, 1)));
    }

    private static StepPlan Plan(KvSlot slot, long second)
    {
        StepPlan plan = new(1, 2);
        Assert.True(plan.TryAdd(slot, Two, new PatchSecond(2) { Present = 3, Second = second }));
        return plan;
    }
}
