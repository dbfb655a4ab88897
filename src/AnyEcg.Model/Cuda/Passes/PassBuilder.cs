using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>
/// Writes passes as the kernels read them (pass.cuh), and moves the slots on as it does: the pass that is built next finds its slots as if this one
/// had been computed. So a plan that is cut into passes equals the same rows in plans of their own. The plan's index must have been built.
/// Engine thread only; allocates nothing.
/// </summary>
internal sealed unsafe class PassBuilder(SlotTable slots, CudaSlots memory, PlanIndex index, int maxTokens)
{
    private readonly PresenceHistory history = memory.History;
    private readonly int window = memory.History.Window;
    private readonly int words = memory.History.Words;
    private readonly PassOrder order = new(index, maxTokens);

    private StepPlan plan = null!;
    private PassRange pass;
    private PassMemory to;
    private int crossKeys;

    /// <summary>Writes a pass and returns how many cross keys it has.</summary>
    public int Build(StepPlan newPlan, PassRange range, PassMemory memoryOfPass)
    {
        plan = newPlan;
        pass = range;
        to = memoryOfPass;
        crossKeys = 0;
        *to.Counts = new PassCounts(pass.Rows, pass.Tokens);
        if (!pass.IsLive)
        {
            order.Link(pass);
        }

        for (int row = pass.FirstRow; row < pass.EndRow; row++)
        {
            BuildRow(row);
        }

        if (!pass.IsLive)
        {
            for (int token = pass.FirstToken; token < pass.EndToken; token++)
            {
                MoveOn(token, index.Second(token));
            }
        }

        return crossKeys;
    }

    private void BuildRow(int row)
    {
        int slot = plan.RowSlot[row].Index, next = index.NextRow[row], firstCross = crossKeys;
        int start = plan.RowTokenStart[row], end = plan.RowTokenStart[row + 1];
        if (slots.LeadCount[slot] > 1)
        {
            CollectOthers(row, slot);
        }

        to.Rows[row - pass.FirstRow] = new RowMeta
        {
            Second = plan.RowSecond[row],
            Slot = slot,
            TokenStart = start - pass.FirstToken,
            TokenEnd = end - pass.FirstToken,
            CrossStart = firstCross,
            CrossEnd = crossKeys,
            EpochSeconds = (int)Math.Min(++memory.PooledSeconds[slot], int.MaxValue),
            NextRow = next >= 0 && next < pass.EndRow ? next - pass.FirstRow : -1,
            FirstOfSlot = index.PreviousRow[row] < pass.FirstRow ? 1 : 0,
        };
        slots.LastSecond[slot] = plan.RowSecond[row];
        for (int token = start; token < end; token++)
        {
            BuildToken(token, row, plan.RowSecond[row]);
        }
    }

    private void BuildToken(int token, int row, long second)
    {
        int leadSlot = index.LeadSlot[token], at = token - pass.FirstToken;
        int previous = index.PreviousToken[token], next = index.NextToken[token];
        long last = slots.LeadLast[leadSlot], lowest = Math.Max(Math.Max(second - window + 1, index.RunStart[token]), 0);
        bool inPass = previous >= pass.FirstToken;
        TokenFlags flags = (inPass ? index.Second(previous) : last) == second - 1 ? TokenFlags.HasBefore : TokenFlags.None;
        flags |= plan.TokenReadOnly[token] ? TokenFlags.ReadOnly : TokenFlags.None;
        flags |= !plan.TokenReadOnly[token] && (next < 0 || next >= pass.EndToken) ? TokenFlags.LastOfLead : TokenFlags.None;
        flags |= !plan.TokenReadOnly[token] && (pass.IsLive || index.Second(order.FinalOf(token)) < second + window) ? TokenFlags.Stored : TokenFlags.None;
        history.See(leadSlot, second - 1 - last, second - lowest, new Span<ulong>(to.Presence + (long)at * words, words));
        TokenMeta* meta = to.Tokens + at;
        *meta = new TokenMeta
        {
            Row = row - pass.FirstRow,
            LeadSlot = leadSlot,
            Lead = (int)plan.TokenLead[token],
            LeadIndex = plan.TokenLeadIndex[token],
            Flags = flags,
            Before = inPass && (flags & TokenFlags.HasBefore) != 0 ? previous - pass.FirstToken : -1,
        };
        if (pass.IsLive)
        {
            MoveOn(token, second);
        }
        else
        {
            order.Place(token, inPass ? previous : -1, lowest, to);
        }
    }

    /// <summary>The keys that the tokens of a row have of other leads, lead by lead, the second before the row's own.</summary>
    private void CollectOthers(int row, int slot)
    {
        int rowBefore = index.PreviousRow[row] >= pass.FirstRow ? index.PreviousRow[row] : -1;
        long before = plan.RowSecond[row] - 1;
        bool inPass = rowBefore >= 0 && plan.RowSecond[rowBefore] == before;
        for (int lead = 0; lead < slots.LeadCount[slot]; lead++)
        {
            int leadSlot = slots.LeadSlot(slot, lead);
            if (rowBefore < 0 && slots.LeadLast[leadSlot] == before)
            {
                to.Cross[crossKeys++] = new CrossKey(lead, ~leadSlot);
            }

            if (inPass && index.TryFind(rowBefore, lead, out int tokenBefore))
            {
                to.Cross[crossKeys++] = new CrossKey(lead, tokenBefore - pass.FirstToken);
            }

            if (index.TryFind(row, lead, out int token))
            {
                to.Cross[crossKeys++] = new CrossKey(lead, token - pass.FirstToken);
            }
        }
    }

    private void MoveOn(int token, long second)
    {
        if (!plan.TokenReadOnly[token])
        {
            int leadSlot = index.LeadSlot[token];
            history.Append(leadSlot, second - slots.LeadLast[leadSlot]);
            slots.LeadLast[leadSlot] = second;
            slots.LeadRunStart[leadSlot] = index.RunStart[token];
        }
    }
}
