using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>
/// Where each token of a plan stands among the others: its row, its rings, its lead's run, and what came before it, in this
/// plan or in the rings. Built on the engine thread before anything is computed, read by all who compute, committed after them.
/// </summary>
internal sealed class PlanIndex
{
    private const int RestartGap = 3;

    // Rows between asking for a slot's or a lead's memory and reading it.
    private const int SlotAhead = 16, LeadAhead = 12;

    private readonly SlotTable slots;
    private readonly int[] lastRowOfSlot;
    private readonly int[] lastTokenOfLead;
    private StepPlan plan = null!;

    public PlanIndex(SlotTable slots, int maxRows, int maxTokens)
    {
        this.slots = slots;
        TokenRow = new int[maxTokens];
        LeadSlot = new int[maxTokens];
        PreviousToken = new int[maxTokens];
        NextToken = new int[maxTokens];
        RunStart = new long[maxTokens];
        PreviousRow = new int[maxRows];
        NextRow = new int[maxRows];
        lastRowOfSlot = new int[slots.LeadCount.Length];
        lastTokenOfLead = new int[slots.LeadLast.Length];
    }

    public int[] TokenRow { get; }

    public int[] LeadSlot { get; }

    /// <summary>Per token, the token of the same lead before it in this plan that is not read-only; -1 where there is none.</summary>
    public int[] PreviousToken { get; }

    /// <summary>Per token that is not read-only, the next one of the same lead in this plan that is not either; -1 where there is none.</summary>
    public int[] NextToken { get; }

    /// <summary>Per token, the second of its lead's last restart.</summary>
    public long[] RunStart { get; }

    /// <summary>Per row, the row of the same slot before it in this plan; -1 where there is none.</summary>
    public int[] PreviousRow { get; }

    /// <summary>Per row, the row of the same slot after it in this plan; -1 where there is none.</summary>
    public int[] NextRow { get; }

    /// <summary>No slot has a second row in this plan: no row reads what another one writes.</summary>
    public bool EachSlotOnce { get; private set; }

    public long Second(int token) => plan.RowSecond[TokenRow[token]];

    public int LeadCount(int row) => slots.LeadCount[plan.RowSlot[row].Index];

    public int LeadSlotOf(int row, int lead) => slots.LeadSlot(plan.RowSlot[row].Index, lead);

    /// <summary>The token of a lead in a row that others may see: present, not read-only.</summary>
    public bool TryFind(int row, int lead, out int token)
    {
        for (token = plan.RowTokenStart[row]; token < plan.RowTokenStart[row + 1]; token++)
        {
            if (plan.TokenLeadIndex[token] == lead)
            {
                return !plan.TokenReadOnly[token];
            }
        }

        return false;
    }

    /// <summary>Whether the lead of this token was present in the second before; then <paramref name="token"/> of this plan, or -1 for the store.</summary>
    public bool HasSecondBefore(int of, out int token)
    {
        token = PreviousToken[of];
        long before = Second(of) - 1;
        return token >= 0 ? Second(token) == before : slots.LeadLast[LeadSlot[of]] == before;
    }

    /// <summary>Whether this token is the last of its lead in the plan.</summary>
    public bool IsLastOfLead(int token) => lastTokenOfLead[LeadSlot[token]] == token;

    /// <summary>The last second of this token's lead once the plan is done.</summary>
    public long FinalSecond(int token) => Second(lastTokenOfLead[LeadSlot[token]]);

    /// <summary>Checks the plan and links its tokens. On an exception nothing has changed.</summary>
    /// <exception cref="ArgumentException">A slot is not open, a lead is not of its slot, or a second does not come after the one before.</exception>
    public void Build(StepPlan newPlan)
    {
        Check(newPlan);
        Link(0, newPlan.RowCount);
    }

    /// <summary>Checks the plan and links its rows; the tokens are <see cref="Link(int, int)"/>'s. On an exception nothing has changed.</summary>
    /// <exception cref="ArgumentException">A slot is not open, a lead is not of its slot, or a second does not come after the one before.</exception>
    public void Check(StepPlan newPlan)
    {
        plan = newPlan;
        lastRowOfSlot.AsSpan().Fill(-1);
        lastTokenOfLead.AsSpan().Fill(-1);
        EachSlotOnce = true;
        for (int row = 0; row < plan.RowCount; row++)
        {
            AskForSlot(row + SlotAhead);
            int slot = slots.Checked(plan.RowSlot[row]);
            int before = lastRowOfSlot[slot];
            long second = plan.RowSecond[row];
            if (second < 0 || second <= (before >= 0 ? plan.RowSecond[before] : slots.LastSecond[slot]))
            {
                throw new ArgumentException($"Row {row}: second {second} of slot {slot} does not come after the one before.", nameof(newPlan));
            }

            CheckLeads(row, slot);
            PreviousRow[row] = before;
            NextRow[row] = -1;
            EachSlotOnce &= before < 0;
            if (before >= 0)
            {
                NextRow[before] = row;
            }

            lastRowOfSlot[slot] = row;
        }
    }

    private void CheckLeads(int row, int slot)
    {
        int above = -1;
        for (int token = plan.RowTokenStart[row]; token < plan.RowTokenStart[row + 1]; token++)
        {
            int lead = plan.TokenLeadIndex[token];
            if (lead <= above || lead >= slots.LeadCount[slot] || (int)plan.TokenLead[token] >= ModelWeights.Leads)
            {
                throw new ArgumentException($"Row {row}: lead {lead} is out of order, not of slot {slot}, or without a known name.");
            }

            above = lead;
        }
    }

    /// <summary>
    /// Links the tokens of the rows [<paramref name="first"/>, <paramref name="end"/>) of the plan that was checked, to one another and to those before;
    /// ranges follow one another from row 0. Whoever computes a plan range by range may link each range just before: links lead back, and
    /// forward no further than was linked. The slots may have moved on by the ranges before.
    /// </summary>
    public void Link(int first, int end)
    {
        for (int row = first; row < end; row++)
        {
            AskForLeads(row + LeadAhead);
            int slot = plan.RowSlot[row].Index;
            long second = plan.RowSecond[row];
            for (int token = plan.RowTokenStart[row]; token < plan.RowTokenStart[row + 1]; token++)
            {
                Link(token, row, slot, second);
            }
        }
    }

    /// <summary>The slots of a plan stand in no order, and what is known of each lies in several places: without this, most of the time is waiting.</summary>
    private void AskForSlot(int row)
    {
        if (row < plan.RowCount && (uint)plan.RowSlot[row].Index < (uint)lastRowOfSlot.Length)
        {
            int slot = plan.RowSlot[row].Index;
            slots.AskFor(slot);
            CacheHint.Ask(ref lastRowOfSlot[slot]);
        }
    }

    private void AskForLeads(int row)
    {
        if (row + LeadAhead < plan.RowCount)
        {
            slots.AskForLeadSlots(plan.RowSlot[row + LeadAhead].Index);
            int leadSlot = slots.LeadSlot(plan.RowSlot[row].Index, 0);
            slots.AskForLead(leadSlot);
            CacheHint.Ask(ref lastTokenOfLead[leadSlot]);
        }
    }

    private void Link(int token, int row, int slot, long second)
    {
        int leadSlot = slots.LeadSlot(slot, plan.TokenLeadIndex[token]);
        int before = lastTokenOfLead[leadSlot];
        long last = before >= 0 ? Second(before) : slots.LeadLast[leadSlot];
        long run = before >= 0 ? RunStart[before] : slots.LeadRunStart[leadSlot];
        TokenRow[token] = row;
        LeadSlot[token] = leadSlot;
        PreviousToken[token] = before;
        NextToken[token] = -1;
        if (plan.TokenReadOnly[token])
        {
            RunStart[token] = run;
            return;
        }

        RunStart[token] = second - last >= RestartGap ? second : run;
        lastTokenOfLead[leadSlot] = token;
        if (before >= 0)
        {
            NextToken[before] = token;
        }
    }

    /// <summary>Moves the slots on to the plan's last seconds.</summary>
    public void Commit()
    {
        for (int row = 0; row < plan.RowCount; row++)
        {
            slots.LastSecond[plan.RowSlot[row].Index] = plan.RowSecond[row];
        }

        for (int token = 0; token < plan.TokenCount; token++)
        {
            if (!plan.TokenReadOnly[token] && IsLastOfLead(token))
            {
                slots.LeadLast[LeadSlot[token]] = Second(token);
                slots.LeadRunStart[LeadSlot[token]] = RunStart[token];
            }
        }
    }
}
