namespace AnyEcg.Mqtt;

/// <summary>PUBACK (MQTT 5.0, section 3.4): acknowledges one QoS 1 message.</summary>
internal readonly record struct PubackPacket(ushort PacketId, MqttReasonCode ReasonCode = MqttReasonCode.Success) : IOutgoingPacket
{
    public void WriteTo(PacketWriter writer)
    {
        writer.Begin(PacketType.Puback);
        writer.WriteUInt16(PacketId);
        if (ReasonCode != MqttReasonCode.Success)
            writer.WriteByte((byte)ReasonCode);
        writer.End();
    }

    public static PubackPacket Parse(ReadOnlySpan<byte> body)
    {
        PacketReader reader = new(body);
        ushort id = reader.ReadPacketId();
        MqttReasonCode reason = reader.IsEmpty ? MqttReasonCode.Success : (MqttReasonCode)reader.ReadByte();
        if (!reader.IsEmpty)
            ReasonProperties.Skip(reader.ReadPropertyBlock());
        reader.ExpectEnd();
        return new PubackPacket(id, reason);
    }
}
