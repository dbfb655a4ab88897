using System.Buffers.Binary;
using System.Text;

namespace AnyEcg.Mqtt;

/// <summary>
/// Appends packets to one growing buffer. Lengths that precede what they measure are reserved and filled in at the end, so
/// that nothing is measured twice. Not thread-safe.
/// </summary>
internal sealed class PacketWriter
{
    private const int InitialCapacity = 4096;
    private const int KeptCapacity = 1 << 20;

    /// <summary>Type byte and the usual two length bytes.</summary>
    private const int ReservedHeader = 3;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private byte[] buffer = new byte[InitialCapacity];
    private int packetStart;

    public int Length { get; private set; }

    /// <summary>Level that packets are written in. A CONNECT sets it for all that follows.</summary>
    public MqttVersion Version { get; set; } = MqttVersion.V5;

    public ReadOnlyMemory<byte> Written => buffer.AsMemory(0, Length);

    /// <summary>Forgets everything, and lets go of a buffer grown by a burst.</summary>
    public void Clear()
    {
        Length = 0;
        if (buffer.Length > KeptCapacity)
            buffer = new byte[InitialCapacity];
    }

    /// <summary>Takes back everything written after <paramref name="length"/>.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Starts a packet; <paramref name="flags"/> are the lower four bits of its first byte.</summary>
    public void Begin(PacketType type, byte flags = 0)
    {
        packetStart = Length;
        Span<byte> header = Extend(ReservedHeader);
        header[0] = (byte)(((byte)type << 4) | flags);
    }

    /// <summary>Ends the packet begun last.</summary>
    public void End() => CloseLength(packetStart + 1, ReservedHeader - 1);

    /// <summary>Starts a property block; returns what <see cref="EndProperties"/> needs.</summary>
    public int BeginProperties()
    {
        int start = Length;
        Extend(1);
        return start;
    }

    /// <summary>Ends the block. Version 3.1.1 has none: what was written since its start is taken back.</summary>
    public void EndProperties(int start)
    {
        if (Version == MqttVersion.V5)
            CloseLength(start, 1);
        else
            Truncate(start);
    }

    public void WriteByte(byte value) => Extend(1)[0] = value;

    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Extend(2), value);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Extend(4), value);

    public void WriteRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Extend(bytes.Length));

    public void WriteBinary(ReadOnlySpan<byte> bytes)
    {
        WriteUInt16(CheckedLength(bytes.Length));
        WriteRaw(bytes);
    }

    public void WriteString(string text)
    {
        int count = StrictUtf8.GetByteCount(text);
        WriteUInt16(CheckedLength(count));
        StrictUtf8.GetBytes(text, Extend(count));
    }

    private static ushort CheckedLength(int count) => count <= ushort.MaxValue
        ? (ushort)count
        : throw new ArgumentException("an MQTT string or binary value is longer than 65,535 bytes");

    /// <summary>Writes the length of everything after the <paramref name="reserved"/> bytes at <paramref name="start"/>.</summary>
    private void CloseLength(int start, int reserved)
    {
        int body = start + reserved;
        uint length = (uint)(Length - body);
        if (length > VariableInteger.Maximum)
            throw new ArgumentException("an MQTT packet is longer than 268,435,455 bytes");
        int shift = VariableInteger.Size(length) - reserved;
        if (shift > 0)
            Extend(shift);
        if (shift != 0)
            buffer.AsSpan(body, (int)length).CopyTo(buffer.AsSpan(body + shift));
        Length = body + shift + (int)length;
        VariableInteger.Write(buffer.AsSpan(start), length);
    }

    private Span<byte> Extend(int count)
    {
        int start = Length;
        int needed = checked(start + count);
        if (needed > buffer.Length)
            Array.Resize(ref buffer, (int)Math.Max(needed, Math.Min(2L * buffer.Length, Array.MaxLength)));
        Length = needed;
        return buffer.AsSpan(start, count);
    }
}
