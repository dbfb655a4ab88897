using System.Buffers;

namespace AnyEcg.Mqtt;

/// <summary>Cuts packets out of a byte stream by their fixed header (MQTT 5.0, section 2.1).</summary>
internal static class FrameReader
{
    private const int LongestHeader = 5;

    /// <summary>
    /// Takes the next whole packet off the front of <paramref name="buffer"/>; false: more bytes are needed. Throws as soon as
    /// the header shows an unknown packet, or one longer than <paramref name="maximumSize"/> (0x95), without waiting for its body.
    /// </summary>
    public static bool TryRead(
        ref ReadOnlySequence<byte> buffer, uint maximumSize, out byte header, out ReadOnlySequence<byte> body)
    {
        header = 0;
        body = default;
        scoped ReadOnlySpan<byte> head = buffer.FirstSpan;
        if (head.Length < LongestHeader && !buffer.IsSingleSegment)
        {
            Span<byte> copy = stackalloc byte[LongestHeader];
            head = Gather(buffer, copy);
        }

        if (head.IsEmpty)
            return false;
        header = Checked(head[0]);
        VariableIntegerStatus status = VariableInteger.TryRead(head[1..], out uint length, out int used);
        if (status == VariableIntegerStatus.Short)
            return false;
        if (status == VariableIntegerStatus.Invalid)
            throw MqttProtocolException.Malformed("invalid packet length");
        long size = 1L + used + length;
        if (size > maximumSize)
            throw new MqttProtocolException(MqttReasonCode.PacketTooLarge, $"a packet of {size} bytes, {maximumSize} allowed");
        if (buffer.Length < size)
            return false;
        body = buffer.Slice(1 + used, length);
        buffer = buffer.Slice(size);
        return true;
    }

    private static ReadOnlySpan<byte> Gather(scoped in ReadOnlySequence<byte> buffer, Span<byte> copy)
    {
        int count = (int)Math.Min(LongestHeader, buffer.Length);
        buffer.Slice(0, count).CopyTo(copy);
        return copy[..count];
    }

    private static byte Checked(byte header)
    {
        int flags = header & 0x0F;
        bool valid = (PacketType)(header >> 4) switch
        {
            PacketType.Publish => true,
            PacketType.Pubrel or PacketType.Subscribe or PacketType.Unsubscribe => flags == 2,
            >= PacketType.Connect => flags == 0,
            _ => false,
        };
        return valid ? header : throw MqttProtocolException.Malformed($"invalid first byte 0x{header:X2}");
    }
}
