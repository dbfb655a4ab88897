namespace AnyEcg.Model;

/// <summary>What the host knows of the memory that the device keeps of each slot.</summary>
internal sealed class CudaSlots(int maxSlots, int maxLeadSlots, int window)
{
    /// <summary>Seconds that the rings of each lead slot hold.</summary>
    public PresenceHistory History { get; } = new(maxLeadSlots, window);

    /// <summary>Per slot, the seconds in its epoch's sums.</summary>
    public long[] PooledSeconds { get; } = new long[maxSlots];

    /// <summary>Back to a stream that has seen nothing.</summary>
    public void Forget(SlotTable slots, int slot)
    {
        slots.Forget(slot);
        PooledSeconds[slot] = 0;
        for (int lead = 0; lead < slots.LeadCount[slot]; lead++)
        {
            History.Forget(slots.LeadSlot(slot, lead));
        }
    }
}
