namespace AnyEcg.Mqtt;

/// <summary>SUBACK or UNSUBACK (MQTT 5.0, sections 3.9 and 3.11): one reason code per filter, in order.</summary>
internal sealed record SubackPacket(PacketType Type, ushort PacketId, IReadOnlyList<MqttReasonCode> ReasonCodes) : IOutgoingPacket
{
    public void WriteTo(PacketWriter writer)
    {
        writer.Begin(Type);
        writer.WriteUInt16(PacketId);
        writer.EndProperties(writer.BeginProperties());
        foreach (MqttReasonCode reasonCode in ReasonCodes)
            writer.WriteByte((byte)reasonCode);
        writer.End();
    }

    public static SubackPacket Parse(PacketType type, ReadOnlySpan<byte> body)
    {
        PacketReader reader = new(body);
        ushort id = reader.ReadPacketId();
        ReasonProperties.Skip(reader.ReadPropertyBlock());
        MqttReasonCode[] codes = new MqttReasonCode[reader.Rest.Length];
        for (int i = 0; i < codes.Length; i++)
            codes[i] = (MqttReasonCode)reader.ReadByte();
        return new SubackPacket(type, id, codes);
    }
}
