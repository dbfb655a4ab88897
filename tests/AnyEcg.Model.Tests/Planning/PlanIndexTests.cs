using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

public sealed class PlanIndexTests
{
    private const int Slots = 40, Rows = 60;

    [Fact]
    public void Link_RangeByRangeWhileSlotsMoveOn_TellsOfEachRangeWhatBuildTells()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            Random random = new(seed);
            SlotTable slots = Opened();
            StepPlan plan = Plan(random);
            PlanIndex whole = new(slots, Rows, 2 * Rows);
            whole.Build(plan);
            PlanIndex parts = new(slots, Rows, 2 * Rows);
            parts.Check(plan);
            Assert.Equal(whole.EachSlotOnce, parts.EachSlotOnce);
            for (int first = 0, end; first < plan.RowCount; first = end)
            {
                end = Math.Min(first + random.Next(1, 20), plan.RowCount);
                parts.Link(first, end);
                AssertSame(whole, parts, plan, first, end);
                MoveOn(slots, parts, plan, first, end);
            }
        }
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("beyond")]
    [InlineData("earlier")]
    [InlineData("lead")]
    public void Check_OneUnsoundRow_IsRefused(string fault)
    {
        SlotTable slots = Opened();
        StepPlan plan = Plan(new Random(7));
        int slot = plan.RowSlot[30].Index;
        switch (fault)
        {
            case "closed": slots.Close(slot); break;
            case "beyond": plan.RowSlot[30] = new KvSlot(Slots); break;
            case "earlier": slots.LastSecond[slot] = 1000; break;
            default: plan.TokenLeadIndex[plan.RowTokenStart[30]] = 2; break;
        }

        Assert.Throws<ArgumentException>(() => new PlanIndex(slots, Rows, 2 * Rows).Check(plan));
    }

    /// <summary>Links forward may end with the range; all else is equal.</summary>
    private static void AssertSame(PlanIndex whole, PlanIndex parts, StepPlan plan, int first, int end)
    {
        for (int row = first; row < end; row++)
        {
            Assert.Equal((whole.PreviousRow[row], whole.NextRow[row]), (parts.PreviousRow[row], parts.NextRow[row]));
        }

        for (int token = plan.RowTokenStart[first]; token < plan.RowTokenStart[end]; token++)
        {
            Assert.Equal((whole.TokenRow[token], whole.LeadSlot[token]), (parts.TokenRow[token], parts.LeadSlot[token]));
            Assert.Equal((whole.PreviousToken[token], whole.RunStart[token]), (parts.PreviousToken[token], parts.RunStart[token]));
            int next = whole.NextToken[token];
            Assert.Equal(next < plan.RowTokenStart[end] ? next : -1, parts.NextToken[token]);
        }
    }

    /// <summary>As an engine does that has computed a range.</summary>
    private static void MoveOn(SlotTable slots, PlanIndex index, StepPlan plan, int first, int end)
    {
        for (int token = plan.RowTokenStart[first]; token < plan.RowTokenStart[end]; token++)
        {
            slots.LastSecond[plan.RowSlot[index.TokenRow[token]].Index] = index.Second(token);
            if (!plan.TokenReadOnly[token])
            {
                slots.LeadLast[index.LeadSlot[token]] = index.Second(token);
                slots.LeadRunStart[index.LeadSlot[token]] = index.RunStart[token];
            }
        }
    }

    private static SlotTable Opened()
    {
        SlotTable slots = new(Slots, 2 * Slots);
        for (int i = 0; i < Slots; i++)
        {
            Assert.True(slots.TryOpen(1 + i % 2, out _));
        }

        return slots;
    }

    /// <summary>Seconds of slots in no order, of one lead or two, with gaps, absent leads and read-only tokens; some slots have several.</summary>
    private static StepPlan Plan(Random random)
    {
        StepPlan plan = new(Rows, 2 * Rows);
        long[] seconds = new long[Slots];
        LeadSet one = new([Lead.II]), two = new([Lead.II, Lead.V5]);
        PatchSecond single = new(1) { Present = 1 }, pair = new(2);
        for (int row = 0; row < Rows; row++)
        {
            int slot = random.Next(Slots);
            PatchSecond patch = slot % 2 == 1 ? pair : single;
            patch.Second = seconds[slot] += random.Next(1, 5);
            pair.Present = (uint)random.Next(1, 4);
            Assert.True(plan.TryAdd(new KvSlot(slot), slot % 2 == 1 ? two : one, patch, reconstruct: (uint)random.Next(4)));
        }

        return plan;
    }
}
