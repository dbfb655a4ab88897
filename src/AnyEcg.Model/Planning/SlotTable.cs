using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>
/// Who holds which rings, and how far each stream has come: slots, and the lead slots that each slot owns. Integers only; the
/// rings themselves are the engine's. Engine thread only.
/// </summary>
internal sealed class SlotTable
{
    /// <summary>"No second yet": so far back that any second is a restart and none is the one before.</summary>
    public const long Never = -1000;

    private readonly int[] slotLeads;
    private readonly Stack<int> freeSlots;
    private readonly Stack<int> freeLeads;

    public SlotTable(int maxSlots, int maxLeadSlots)
    {
        LeadCount = new int[maxSlots];
        slotLeads = new int[maxSlots * LeadSet.MaxLeads];
        LastSecond = new long[maxSlots];
        LeadLast = new long[maxLeadSlots];
        LeadRunStart = new long[maxLeadSlots];
        freeSlots = new Stack<int>(Enumerable.Range(0, maxSlots).Reverse());
        freeLeads = new Stack<int>(Enumerable.Range(0, maxLeadSlots).Reverse());
    }

    /// <summary>Per slot, its leads; 0 when it is free.</summary>
    public int[] LeadCount { get; }

    /// <summary>Per slot, the last second that it has seen.</summary>
    public long[] LastSecond { get; }

    /// <summary>Per lead slot, the last second at which the lead was present.</summary>
    public long[] LeadLast { get; }

    /// <summary>Per lead slot, the second of its last restart.</summary>
    public long[] LeadRunStart { get; }

    public int LeadSlot(int slot, int lead) => slotLeads[slot * LeadSet.MaxLeads + lead];

    /// <summary>Asks the caches for what is known of a slot.</summary>
    public void AskFor(int slot)
    {
        CacheHint.Ask(ref LeadCount[slot]);
        CacheHint.Ask(ref LastSecond[slot]);
    }

    /// <summary>The same for the numbers of its lead slots.</summary>
    public void AskForLeadSlots(int slot) => CacheHint.Ask(ref slotLeads[slot * LeadSet.MaxLeads]);

    /// <summary>The same for a lead slot.</summary>
    public void AskForLead(int leadSlot)
    {
        CacheHint.Ask(ref LeadLast[leadSlot]);
        CacheHint.Ask(ref LeadRunStart[leadSlot]);
    }

    public bool TryOpen(int leadCount, out int slot)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(leadCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leadCount, LeadSet.MaxLeads);
        slot = -1;
        if (freeLeads.Count < leadCount || !freeSlots.TryPop(out slot))
        {
            return false;
        }

        LeadCount[slot] = leadCount;
        for (int lead = 0; lead < leadCount; lead++)
        {
            slotLeads[slot * LeadSet.MaxLeads + lead] = freeLeads.Pop();
        }

        Forget(slot);
        return true;
    }

    public void Close(int slot)
    {
        for (int lead = 0; lead < LeadCount[slot]; lead++)
        {
            freeLeads.Push(LeadSlot(slot, lead));
        }

        LeadCount[slot] = 0;
        freeSlots.Push(slot);
    }

    /// <summary>Back to a stream that has seen nothing.</summary>
    public void Forget(int slot)
    {
        LastSecond[slot] = Never;
        for (int lead = 0; lead < LeadCount[slot]; lead++)
        {
            LeadLast[LeadSlot(slot, lead)] = Never;
            LeadRunStart[LeadSlot(slot, lead)] = Never;
        }
    }

    /// <summary>The index of an open slot.</summary>
    /// <exception cref="ArgumentException">The slot is not open.</exception>
    public int Checked(KvSlot slot) => (uint)slot.Index < (uint)LeadCount.Length && LeadCount[slot.Index] > 0
        ? slot.Index
        : throw new ArgumentException($"Slot {slot.Index} is not open.", nameof(slot));
}
