using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

/// <summary>Invariant 8: a step allocates nothing once it has run a few times.</summary>
public sealed class AllocationTests
{
    private const int Slots = 24;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Step_InSteadyState_AllocatesNothing(int threads) => AssertAllocatesNothing(threads, units: false);

    [MatrixUnitsFact]
    public void Step_OnMatrixUnits_AllocatesNothing() => AssertAllocatesNothing(2, units: true);

    [Theory, OnEmulatedCard, OnCard]
    public void Step_OnCuda_AllocatesNothing(TestEngine engine)
    {
        using IModelRunner runner = TestNetwork.Create(engine, Slots, 2 * Slots, Slots, 2 * Slots);
        AssertAllocatesNothing(runner, 20);
    }

    private static void AssertAllocatesNothing(int threads, bool units)
    {
        using IModelRunner runner = TestNetwork.Create(Slots, 2 * Slots, Slots, 2 * Slots, threads, units: units);
        AssertAllocatesNothing(runner, 200);
    }

    private static void AssertAllocatesNothing(IModelRunner runner, int measured)
    {
        const int Warm = 40;
        KvSlot[] slots = new KvSlot[Slots];
        for (int i = 0; i < Slots; i++)
        {
            Assert.True(runner.TryOpen(2, out slots[i]));
        }

        LeadSet leads = new(Lead.I, Lead.II);
        PatchSecond patch = new(2);
        StepPlan plan = new(Slots, 2 * Slots);
        StepScores scores = new(Slots, 2 * Slots, TestNetwork.Config.ArrhythmiaClasses, reconstruction: true);
        long before = 0;
        for (int second = 0; second < Warm + measured; second++)
        {
            before = second == Warm ? GC.GetAllocatedBytesForCurrentThread() : before;
            plan.Clear();
            patch.Second = second;
            patch.Present = second % 7 == 0 ? 1u : 3u;
            foreach (KvSlot slot in slots)
            {
                plan.TryAdd(slot, leads, patch, reconstruct: 2);
            }

            runner.Step(plan, scores);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
