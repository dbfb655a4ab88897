namespace AnyEcg.Mqtt;

/// <summary>Cuts packets out of a byte stream by their fixed header (MQTT 5.0, section 2.1).</summary>
internal static class FrameReader
{
    /// <summary>
    /// Takes the next whole packet off the front of <paramref name="rest"/>; false: more bytes are needed. Throws as soon as
    /// the header shows an unknown packet, or one longer than <paramref name="maximumSize"/> (0x95), without waiting for its body.
    /// </summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> rest, uint maximumSize, out byte header, out ReadOnlySpan<byte> body)
    {
        header = 0;
        body = default;
        if (rest.IsEmpty)
            return false;
        header = Checked(rest[0]);
        VariableIntegerStatus status = VariableInteger.TryRead(rest[1..], out uint length, out int used);
        if (status == VariableIntegerStatus.Short)
            return false;
        if (status == VariableIntegerStatus.Invalid)
            throw MqttProtocolException.Malformed("invalid packet length");
        long size = 1L + used + length;
        if (size > maximumSize)
            throw new MqttProtocolException(MqttReasonCode.PacketTooLarge, $"a packet of {size} bytes, {maximumSize} allowed");
        if (rest.Length < size)
            return false;
        body = rest.Slice(1 + used, (int)length);
        rest = rest[(int)size..];
        return true;
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
