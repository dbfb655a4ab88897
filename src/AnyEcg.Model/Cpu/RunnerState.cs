namespace AnyEcg.Model;

/// <summary>What outlasts a step: slots and rings, and the index of the plan at work.</summary>
internal sealed class RunnerState
{
    public RunnerState(NativeArena arena, NetworkConfig config, CpuModelOptions options)
    {
        Slots = new SlotTable(options.MaxSlots, options.MaxLeadSlots);
        Rings = new KvRings(arena, config, options.MaxSlots, options.MaxLeadSlots);
        Index = new PlanIndex(Slots, options.MaxRows, options.MaxTokens);
    }

    public SlotTable Slots { get; }

    public KvRings Rings { get; }

    public PlanIndex Index { get; }

    /// <summary>Back to a stream that has seen nothing.</summary>
    public void Forget(int slot)
    {
        Slots.Forget(slot);
        Rings.ForgetSlot(slot);
        for (int lead = 0; lead < Slots.LeadCount[slot]; lead++)
        {
            Rings.ForgetLead(Slots.LeadSlot(slot, lead));
        }
    }
}
