using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>
/// A slot of the CUDA engine as bytes (<see cref="SnapshotFormat"/>), exactly as the device holds it; other engines' snapshots are read with rounding.
/// Stamps come from what the host knows of the rings. Between steps the device is idle.
/// </summary>
internal sealed class CudaSnapshot(SlotTable slots, CudaSlots known, CudaRings rings, NetworkConfig config, string modelId)
{
    private readonly SnapshotFormat format = new(config, modelId);

    private SnapshotEncoding Encoding => rings.NumberBytes == sizeof(float) ? SnapshotEncoding.Float : SnapshotEncoding.Bfloat;

    public int Size(int slot) => format.Size(slots.LeadCount[slot], Encoding);

    public void Write(int slot, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Size(slot), nameof(destination));
        SnapshotHeader header = format.Header(slots.LeadCount[slot], Encoding, slots.LastSecond[slot], known.PooledSeconds[slot]);
        SnapshotBytes.Put(ref destination, new ReadOnlySpan<SnapshotHeader>(in header));
        WriteEpoch(slot, ref destination);
        for (int lead = 0; lead < header.Leads; lead++)
        {
            WriteLead(slots.LeadSlot(slot, lead), ref destination);
        }
    }

    /// <summary>What lies on the device of an epoch that has not begun is another stream's.</summary>
    private void WriteEpoch(int slot, ref Span<byte> destination)
    {
        Span<byte> sums = destination[..(int)rings.SumBytes], maxima = destination.Slice((int)rings.SumBytes, (int)rings.MaximaBytes);
        Copy(rings.Sums(slot), rings.SumBytes, ref destination);
        Copy(rings.Maxima(slot), rings.MaximaBytes, ref destination);
        if (known.PooledSeconds[slot] == 0)
        {
            sums.Clear();
            MemoryMarshal.Cast<byte, float>(maxima).Fill(float.NegativeInfinity);
        }
    }

    private void WriteLead(int leadSlot, ref Span<byte> destination)
    {
        long last = slots.LeadLast[leadSlot];
        SnapshotBytes.Put(ref destination, [last, slots.LeadRunStart[leadSlot]]);
        Span<long> stamps = MemoryMarshal.Cast<byte, long>(destination[..(config.Window * sizeof(long))]);
        stamps.Fill(SlotTable.Never);
        for (int i = 0; i < config.Window && i <= last; i++)
        {
            stamps[(int)((last - i) % config.Window)] = known.History.Holds(leadSlot, i) ? last - i : SlotTable.Never;
        }

        destination = destination[(config.Window * sizeof(long))..];
        int numbers = (rings.TailLength + config.Dim) * rings.NumberBytes;
        Span<byte> before = destination[..numbers];
        Copy(rings.Tail(leadSlot), (long)rings.TailLength * rings.NumberBytes, ref destination);
        Copy(rings.State(leadSlot), (long)config.Dim * rings.NumberBytes, ref destination);
        if (last < 0)
        {
            before.Clear();
        }

        Span<byte> ring = destination[..(int)rings.RingBytes];
        Copy(rings.Ring(leadSlot), rings.RingBytes, ref destination);
        ClearAbsent(ring, stamps);
    }

    private void ClearAbsent(Span<byte> ring, ReadOnlySpan<long> stamps)
    {
        int vector = config.HeadDim * rings.NumberBytes;
        for (int place = 0; place * vector < ring.Length; place++)
        {
            if (stamps[place % config.Window] < 0)
            {
                ring.Slice(place * vector, vector).Clear();
            }
        }
    }

    /// <summary>Replaces the slot's contents. On an exception other than a device's the slot is as before.</summary>
    /// <exception cref="InvalidDataException">The bytes are no snapshot of a slot like this one.</exception>
    public void Read(int slot, ReadOnlySpan<byte> source)
    {
        SnapshotHeader header = format.Read(slots.LeadCount[slot], Encoding, ref source);
        CheckSeconds(header, source);
        source = SkipHeader(source);
        slots.LastSecond[slot] = header.LastSecond;
        known.PooledSeconds[slot] = header.PooledSeconds;
        Copy(ref source, rings.Sums(slot), rings.SumBytes);
        Copy(ref source, rings.Maxima(slot), rings.MaximaBytes);
        for (int lead = 0; lead < header.Leads; lead++)
        {
            ReadLead(slots.LeadSlot(slot, lead), ref source);
        }
    }

    /// <summary>Gaps are computed from these: a lead cannot be ahead of its stream.</summary>
    private void CheckSeconds(SnapshotHeader header, ReadOnlySpan<byte> source)
    {
        int leadBytes = format.StampBytes + (format.TailLength + config.Dim) * rings.NumberBytes + (int)rings.RingBytes;
        source = SkipHeader(source)[format.EpochBytes..];
        for (int lead = 0; lead < header.Leads; lead++, source = source[leadBytes..])
        {
            if (MemoryMarshal.Read<long>(source) is long last && (last < SlotTable.Never || last > header.LastSecond))
            {
                throw new InvalidDataException("The snapshot's seconds contradict each other.");
            }
        }
    }

    private void ReadLead(int leadSlot, ref ReadOnlySpan<byte> source)
    {
        SnapshotBytes.Take(ref source, slots.LeadLast.AsSpan(leadSlot, 1));
        SnapshotBytes.Take(ref source, slots.LeadRunStart.AsSpan(leadSlot, 1));
        ReadOnlySpan<long> stamps = MemoryMarshal.Cast<byte, long>(SnapshotBytes.Take(ref source, config.Window * sizeof(long)));
        known.History.Forget(leadSlot);
        long last = slots.LeadLast[leadSlot];
        for (int i = 0; i < config.Window && i <= last; i++)
        {
            if (stamps[(int)((last - i) % config.Window)] == last - i)
            {
                known.History.Set(leadSlot, i);
            }
        }

        Copy(ref source, rings.Tail(leadSlot), (long)rings.TailLength * rings.NumberBytes);
        Copy(ref source, rings.State(leadSlot), (long)config.Dim * rings.NumberBytes);
        Copy(ref source, rings.Ring(leadSlot), rings.RingBytes);
    }

    private static unsafe ReadOnlySpan<byte> SkipHeader(ReadOnlySpan<byte> source) => source[sizeof(SnapshotHeader)..];

    private void Copy(long from, long bytes, ref Span<byte> to)
    {
        rings.Memory.Read(from, to[..(int)bytes]);
        to = to[(int)bytes..];
    }

    private void Copy(ref ReadOnlySpan<byte> from, long to, long bytes)
    {
        rings.Memory.Write(to, from[..(int)bytes]);
        from = from[(int)bytes..];
    }
}
