using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace AnyEcg.Model;

/// <summary>How a snapshot holds keys and values, and what else an engine computes in: as the engine that wrote it does.</summary>
internal enum SnapshotEncoding
{
    /// <summary>Rings of <see cref="EntryLayout"/>, all else in float: the CPU engine.</summary>
    BlockFloat = 0,

    /// <summary>Everything in bfloat16 but what adds up over an epoch: the CUDA engine.</summary>
    Bfloat = 1,

    /// <summary>The same in float.</summary>
    Float = 2,
}

/// <summary>The front of a snapshot. The version's upper half is the encoding.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct SnapshotHeader(uint Magic, uint Version, int Leads, int Size, ulong Fingerprint, long LastSecond, long PooledSeconds)
{
    public SnapshotEncoding Encoding => (SnapshotEncoding)(Version >> 16);
}

/// <summary>
/// A slot as bytes, little-endian: header (magic, version, leads, size, fingerprint of the weights, the slot's last second and the seconds of its epoch),
/// sums and maxima of its epoch, then per lead: last second, run start, stamps, tail, state, rings. The rings lie as in the memory of the engine
/// that writes: <c>[layer][place] EntryLayout</c>, or <c>[layer][head][key, value][place][d_head]</c>. Ring places without a stamp are
/// zeros, so that equal streams give equal bytes. Each engine reads all encodings (<see cref="SnapshotConversion"/>).
/// </summary>
internal sealed unsafe class SnapshotFormat(NetworkConfig config, string modelId)
{
    private const uint Magic = 0x53564B41;
    private const uint Version = 3;

    private readonly ulong fingerprint = MemoryMarshal.Read<ulong>(SHA256.HashData(Encoding.UTF8.GetBytes(modelId)));

    public NetworkConfig Config => config;

    /// <summary>Numbers of a lead's last convolution steps.</summary>
    public int TailLength { get; } = (ModelWeights.BeatKernel - 1) * config.Channels;

    /// <summary>Bytes from the header to the first lead.</summary>
    public int EpochBytes => (config.RowHidden + config.Dim) * sizeof(double) + config.RowHidden * sizeof(float);

    /// <summary>Bytes of a lead's two seconds and stamps.</summary>
    public int StampBytes => (2 + config.Window) * sizeof(long);

    public static int NumberBytes(SnapshotEncoding encoding) => encoding == SnapshotEncoding.Bfloat ? sizeof(ushort) : sizeof(float);

    /// <summary>Bytes of one lead's rings.</summary>
    public long RingBytes(SnapshotEncoding encoding) => (long)config.Layers * config.Window
        * (encoding == SnapshotEncoding.BlockFloat ? new EntryLayout(config).Bytes : 2 * config.Dim * NumberBytes(encoding));

    public int Size(int leads, SnapshotEncoding encoding) =>
        checked((int)(sizeof(SnapshotHeader) + EpochBytes + leads * (StampBytes + (TailLength + config.Dim) * NumberBytes(encoding) + RingBytes(encoding))));

    public SnapshotHeader Header(int leads, SnapshotEncoding encoding, long lastSecond, long pooledSeconds) =>
        new(Magic, Version | (uint)encoding << 16, leads, Size(leads, encoding), fingerprint, lastSecond, pooledSeconds);

    /// <summary>The header of a snapshot of these weights, of any encoding, for a slot of so many leads.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such snapshot.</exception>
    public SnapshotHeader Checked(int leads, ReadOnlySpan<byte> source)
    {
        if (source.Length < sizeof(SnapshotHeader))
        {
            throw new InvalidDataException("The snapshot is shorter than its header.");
        }

        SnapshotHeader header = MemoryMarshal.Read<SnapshotHeader>(source);
        string? fault = header switch
        {
            { Magic: not Magic } => "These bytes are no snapshot.",
            { Version: not (Version or Version | (uint)SnapshotEncoding.Bfloat << 16 or Version | (uint)SnapshotEncoding.Float << 16) } =>
                $"Snapshot version {header.Version}; this version reads {Version}.",
            _ when header.Fingerprint != fingerprint => "The snapshot belongs to other weights.",
            _ when header.Leads != leads => $"The snapshot holds {header.Leads} leads; the slot has {leads}.",
            _ when header.Size != Size(leads, header.Encoding) || source.Length < header.Size => "The snapshot is cut short.",
            _ => null,
        };
        return fault is null ? header : throw new InvalidDataException(fault);
    }

    /// <summary>The checked header of a snapshot and its bytes, converted where they are in another encoding than the reader's.</summary>
    /// <exception cref="InvalidDataException">The bytes are no snapshot of a slot like this one.</exception>
    public SnapshotHeader Read(int leads, SnapshotEncoding reader, ref ReadOnlySpan<byte> source)
    {
        SnapshotHeader header = Checked(leads, source);
        if (header.Encoding == reader)
        {
            return header;
        }

        source = new SnapshotConversion(this, header.Encoding, reader).Convert(header, source);
        return MemoryMarshal.Read<SnapshotHeader>(source);
    }
}
