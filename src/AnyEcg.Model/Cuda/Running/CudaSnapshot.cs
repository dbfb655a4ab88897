using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>
/// A slot of the CUDA engine as bytes (<see cref="SnapshotFormat"/>), exactly as the device holds it; other engines' snapshots are read with rounding.
/// Stamps come from what the host knows of the rings. What the device holds of a lead is copied through locked memory, and waited for once. Between
/// steps the device is idle.
/// </summary>
internal sealed unsafe class CudaSnapshot(SlotTable slots, CudaSlots known, CudaEngine engine, NetworkConfig config, string modelId)
{
    private readonly SnapshotFormat format = new(config, modelId);
    private readonly CudaRings rings = engine.Rings;

    private SnapshotEncoding Encoding => rings.NumberBytes == sizeof(float) ? SnapshotEncoding.Float : SnapshotEncoding.Bfloat;

    private int EpochBytes => (int)(rings.SumBytes + rings.MaximaBytes);

    private int TailBytes => rings.TailLength * rings.NumberBytes;

    private int StateBytes => config.Dim * rings.NumberBytes;

    public int Size(int slot) => format.Size(slots.LeadCount[slot], Encoding);

    /// <summary>Locked memory that a snapshot takes: of an epoch and one lead.</summary>
    public static long StagingBytes(CudaRings rings) => rings.SumBytes + rings.MaximaBytes + rings.BytesPerLead;

    public void Write(int slot, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Size(slot), nameof(destination));
        SnapshotHeader header = format.Header(slots.LeadCount[slot], Encoding, slots.LastSecond[slot], known.PooledSeconds[slot]);
        SnapshotBytes.Put(ref destination, new ReadOnlySpan<SnapshotHeader>(in header));
        for (int lead = 0; lead < header.Leads; lead++)
        {
            int leadSlot = slots.LeadSlot(slot, lead);
            Fetch(leadSlot, lead == 0 ? slot : -1);
            if (lead == 0)
            {
                WriteEpoch(slot, ref destination);
            }

            WriteLead(leadSlot, ref destination);
        }
    }

    /// <summary>Copies a lead, and the epoch of a slot where one is named, to the locked memory.</summary>
    private void Fetch(int leadSlot, int slot)
    {
        if (slot >= 0)
        {
            Out(0, rings.Sums(slot), rings.SumBytes);
            Out(rings.SumBytes, rings.Maxima(slot), rings.MaximaBytes);
        }

        Out(EpochBytes, rings.Tail(leadSlot), TailBytes);
        Out(EpochBytes + TailBytes, rings.State(leadSlot), StateBytes);
        Out(EpochBytes + TailBytes + StateBytes, rings.Ring(leadSlot), rings.RingBytes);
        engine.CopyOut.Synchronize();
    }

    /// <summary>What lies on the device of an epoch that has not begun is another stream's.</summary>
    private void WriteEpoch(int slot, ref Span<byte> destination)
    {
        Span<byte> sums = destination[..(int)rings.SumBytes], maxima = destination.Slice((int)rings.SumBytes, (int)rings.MaximaBytes);
        SnapshotBytes.Put<byte>(ref destination, Staged(0, EpochBytes));
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
        Span<byte> before = destination[..(TailBytes + StateBytes)], ring = destination.Slice(before.Length, (int)rings.RingBytes);
        SnapshotBytes.Put<byte>(ref destination, Staged(EpochBytes, before.Length + ring.Length));
        if (last < 0)
        {
            before.Clear();
        }

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
        SnapshotBytes.Take(ref source, Staged(0, EpochBytes));
        In(rings.Sums(slot), 0, rings.SumBytes);
        In(rings.Maxima(slot), rings.SumBytes, rings.MaximaBytes);
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

        SnapshotBytes.Take(ref source, Staged(EpochBytes, TailBytes + StateBytes + (int)rings.RingBytes));
        In(rings.Tail(leadSlot), EpochBytes, TailBytes);
        In(rings.State(leadSlot), EpochBytes + TailBytes, StateBytes);
        In(rings.Ring(leadSlot), EpochBytes + TailBytes + StateBytes, rings.RingBytes);
        engine.CopyIn.Synchronize();
    }

    private static ReadOnlySpan<byte> SkipHeader(ReadOnlySpan<byte> source) => source[sizeof(SnapshotHeader)..];

    private Span<byte> Staged(int at, int bytes) => engine.Staging.Span<byte>(at, bytes);

    private void Out(long at, long from, long bytes) => engine.CopyOut.CopyOut((byte*)engine.Staging.Address + at, rings.Memory.At(from), bytes);

    private void In(long to, long at, long bytes) => engine.CopyIn.CopyIn(rings.Memory.At(to), (byte*)engine.Staging.Address + at, bytes);
}
