namespace AnyEcg.Model;

/// <summary>A slot of the CPU engine as bytes (<see cref="SnapshotFormat"/>), exactly; other engines' snapshots are read with rounding.</summary>
internal sealed unsafe class CpuSnapshot(RunnerState state, NetworkConfig config, string modelId)
{
    private readonly SnapshotFormat format = new(config, modelId);

    private SlotTable Slots => state.Slots;

    private KvRings Rings => state.Rings;

    public int Size(int slot) => format.Size(Slots.LeadCount[slot], SnapshotEncoding.BlockFloat);

    public void Write(int slot, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Size(slot), nameof(destination));
        SnapshotHeader header = format.Header(Slots.LeadCount[slot], SnapshotEncoding.BlockFloat, Slots.LastSecond[slot], Rings.PooledSeconds[slot]);
        SnapshotBytes.Put(ref destination, new ReadOnlySpan<SnapshotHeader>(in header));
        SnapshotBytes.Put<double>(ref destination, Rings.Sums(slot));
        SnapshotBytes.Put<float>(ref destination, Rings.Maxima(slot));
        for (int lead = 0; lead < Slots.LeadCount[slot]; lead++)
        {
            WriteLead(Slots.LeadSlot(slot, lead), ref destination);
        }
    }

    private void WriteLead(int leadSlot, ref Span<byte> destination)
    {
        SnapshotBytes.Put(ref destination, [Slots.LeadLast[leadSlot], Slots.LeadRunStart[leadSlot]]);
        Span<long> stamps = Rings.Stamps(leadSlot);
        SnapshotBytes.Put<long>(ref destination, stamps);
        SnapshotBytes.Put(ref destination, new ReadOnlySpan<float>(Rings.Tail(leadSlot), Rings.TailLength));
        SnapshotBytes.Put(ref destination, new ReadOnlySpan<float>(Rings.State(leadSlot), config.Dim));
        for (int place = 0; place < Rings.Layers * Rings.Window; place++)
        {
            if (stamps[place % Rings.Window] >= 0)
            {
                SnapshotBytes.Put(ref destination, new ReadOnlySpan<byte>(Rings.Ring(leadSlot, 0) + (long)place * Rings.EntryBytes, Rings.EntryBytes));
            }
            else
            {
                destination[..Rings.EntryBytes].Clear();
                destination = destination[Rings.EntryBytes..];
            }
        }
    }

    /// <summary>Replaces the slot's contents. On an exception the slot is as before.</summary>
    /// <exception cref="InvalidDataException">The bytes are no snapshot of a slot like this one.</exception>
    public void Read(int slot, ReadOnlySpan<byte> source)
    {
        SnapshotHeader header = format.Read(Slots.LeadCount[slot], SnapshotEncoding.BlockFloat, ref source);
        source = source[sizeof(SnapshotHeader)..];
        Slots.LastSecond[slot] = header.LastSecond;
        Rings.PooledSeconds[slot] = header.PooledSeconds;
        SnapshotBytes.Take(ref source, Rings.Sums(slot));
        SnapshotBytes.Take(ref source, Rings.Maxima(slot));
        for (int lead = 0; lead < header.Leads; lead++)
        {
            ReadLead(Slots.LeadSlot(slot, lead), ref source);
        }
    }

    private void ReadLead(int leadSlot, ref ReadOnlySpan<byte> source)
    {
        SnapshotBytes.Take(ref source, Slots.LeadLast.AsSpan(leadSlot, 1));
        SnapshotBytes.Take(ref source, Slots.LeadRunStart.AsSpan(leadSlot, 1));
        SnapshotBytes.Take(ref source, Rings.Stamps(leadSlot));
        SnapshotBytes.Take(ref source, new Span<float>(Rings.Tail(leadSlot), Rings.TailLength));
        SnapshotBytes.Take(ref source, new Span<float>(Rings.State(leadSlot), config.Dim));
        SnapshotBytes.Take(ref source, new Span<byte>(Rings.Ring(leadSlot, 0), checked((int)Rings.LeadBytes)));
    }
}
