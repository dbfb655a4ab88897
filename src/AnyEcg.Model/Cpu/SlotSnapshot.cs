using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace AnyEcg.Model;

/// <summary>
/// A slot as bytes, little-endian: header (magic, version, leads, size, fingerprint of the weights), the slot's last second,
/// sums, maxima and count of its epoch, then per lead: last second, run start, stamps, tail, state, rings. Ring places without a stamp are
/// written as zeros, so that equal streams give equal bytes.
/// </summary>
internal sealed unsafe class SlotSnapshot(RunnerState state, NetworkConfig config, string modelId)
{
    private const uint Magic = 0x53564B41;
    private const uint Version = 3;

    private readonly ulong fingerprint = MemoryMarshal.Read<ulong>(SHA256.HashData(Encoding.UTF8.GetBytes(modelId)));

    private SlotTable Slots => state.Slots;

    private KvRings Rings => state.Rings;

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly record struct Header(uint Magic, uint Version, int Leads, int Size, ulong Fingerprint, long LastSecond, long PooledSeconds);

    private int LeadSize => checked((int)((2 + Rings.Window) * sizeof(long) + (Rings.TailLength + config.Dim) * sizeof(float) + Rings.LeadBytes));

    public int Size(int slot) => checked(sizeof(Header) + (config.RowHidden + config.Dim) * sizeof(double) + config.RowHidden * sizeof(float) + Slots.LeadCount[slot] * LeadSize);

    public void Write(int slot, Span<byte> destination)
    {
        int size = Size(slot);
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, size, nameof(destination));
        Header header = new(Magic, Version, Slots.LeadCount[slot], size, fingerprint, Slots.LastSecond[slot], Rings.PooledSeconds[slot]);
        Put(ref destination, new ReadOnlySpan<Header>(in header));
        Put<double>(ref destination, Rings.Sums(slot));
        Put<float>(ref destination, Rings.Maxima(slot));
        for (int lead = 0; lead < Slots.LeadCount[slot]; lead++)
        {
            WriteLead(Slots.LeadSlot(slot, lead), ref destination);
        }
    }

    private void WriteLead(int leadSlot, ref Span<byte> destination)
    {
        Put(ref destination, [Slots.LeadLast[leadSlot], Slots.LeadRunStart[leadSlot]]);
        Span<long> stamps = Rings.Stamps(leadSlot);
        Put<long>(ref destination, stamps);
        Put(ref destination, new ReadOnlySpan<float>(Rings.Tail(leadSlot), Rings.TailLength));
        Put(ref destination, new ReadOnlySpan<float>(Rings.State(leadSlot), config.Dim));
        for (int place = 0; place < Rings.Layers * Rings.Window; place++)
        {
            if (stamps[place % Rings.Window] >= 0)
            {
                Put(ref destination, new ReadOnlySpan<byte>(Rings.Ring(leadSlot, 0) + (long)place * Rings.EntryBytes, Rings.EntryBytes));
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
        Header header = CheckedHeader(slot, source);
        source = source[sizeof(Header)..];
        Slots.LastSecond[slot] = header.LastSecond;
        Rings.PooledSeconds[slot] = header.PooledSeconds;
        Take(ref source, Rings.Sums(slot));
        Take(ref source, Rings.Maxima(slot));
        for (int lead = 0; lead < header.Leads; lead++)
        {
            ReadLead(Slots.LeadSlot(slot, lead), ref source);
        }
    }

    private Header CheckedHeader(int slot, ReadOnlySpan<byte> source)
    {
        if (source.Length < sizeof(Header))
        {
            throw new InvalidDataException("The snapshot is shorter than its header.");
        }

        Header header = MemoryMarshal.Read<Header>(source);
        string? fault = header switch
        {
            { Magic: not Magic } => "These bytes are no snapshot.",
            { Version: not Version } => $"Snapshot version {header.Version}; this version reads {Version}.",
            _ when header.Fingerprint != fingerprint => "The snapshot belongs to other weights.",
            _ when header.Leads != Slots.LeadCount[slot] => $"The snapshot holds {header.Leads} leads; the slot has {Slots.LeadCount[slot]}.",
            _ when header.Size != Size(slot) || source.Length < header.Size => "The snapshot is cut short.",
            _ => null,
        };
        return fault is null ? header : throw new InvalidDataException(fault);
    }

    private void ReadLead(int leadSlot, ref ReadOnlySpan<byte> source)
    {
        Take(ref source, Slots.LeadLast.AsSpan(leadSlot, 1));
        Take(ref source, Slots.LeadRunStart.AsSpan(leadSlot, 1));
        Take(ref source, Rings.Stamps(leadSlot));
        Take(ref source, new Span<float>(Rings.Tail(leadSlot), Rings.TailLength));
        Take(ref source, new Span<float>(Rings.State(leadSlot), config.Dim));
        Take(ref source, new Span<byte>(Rings.Ring(leadSlot, 0), checked((int)Rings.LeadBytes)));
    }

    private static void Put<T>(ref Span<byte> destination, scoped ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        bytes.CopyTo(destination);
        destination = destination[bytes.Length..];
    }

    private static void Take<T>(ref ReadOnlySpan<byte> source, Span<T> values)
        where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        source[..bytes.Length].CopyTo(bytes);
        source = source[bytes.Length..];
    }
}
