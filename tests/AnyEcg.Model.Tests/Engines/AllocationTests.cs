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
    public void Step_InSteadyState_AllocatesNothing(int threads)
    {
        using IModelRunner runner = TestNetwork.Create(Slots, 2 * Slots, Slots, 2 * Slots, threads);
        Assert.Equal(0, AllocatedBytes(runner, 200));
    }

    [MatrixUnitsFact]
    public void Step_OnMatrixUnits_AllocatesNothing()
    {
        using IModelRunner runner = TestNetwork.Create(Slots, 2 * Slots, Slots, 2 * Slots, 2, units: true);
        Assert.Equal(0, AllocatedBytes(runner, 200));
    }

    [Theory, OnEmulatedCard, OnCard]
    public void Step_OnCuda_AllocatesNothing(TestEngine engine)
    {
        using IModelRunner runner = TestNetwork.Create(engine, Slots, 2 * Slots, Slots, 2 * Slots);
        Assert.Equal(0, AllocatedBytes(runner, 20));
    }

    /// <summary>Of this thread, over so many steps in a steady state.</summary>
    private static long AllocatedBytes(IModelRunner runner, int measured)
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

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
