namespace AnyEcg.Mqtt;

/// <summary>
/// PUBACK, PUBREC, PUBREL or PUBCOMP (MQTT 5.0, sections 3.4 to 3.7): one step in the delivery of one message. Version 3.1.1 has
/// no reason codes: any is left out, and reads as success.
/// </summary>
/// <param name="Type">One of the four.</param>
/// <param name="PacketId">Of the PUBLISH, not 0.</param>
/// <param name="ReasonCode">How the step went.</param>
/// <param name="ReasonString">For people; null: none.</param>
internal readonly record struct AckPacket(
    PacketType Type, ushort PacketId, MqttReasonCode ReasonCode = MqttReasonCode.Success, string? ReasonString = null) : IOutgoingPacket
{
    public bool IsFailure => ReasonCode >= MqttReasonCode.UnspecifiedError;

    /// <summary>Whether a client may put it into a PUBACK or PUBREC (sections 3.4.2.1 and 3.5.2.1; 0x10 is the server's).</summary>
    public static bool IsReceiversReason(MqttReasonCode code) => code is MqttReasonCode.Success
        or MqttReasonCode.UnspecifiedError
        or MqttReasonCode.ImplementationSpecificError
        or MqttReasonCode.NotAuthorized
        or MqttReasonCode.TopicNameInvalid
        or MqttReasonCode.PacketIdentifierInUse
        or MqttReasonCode.QuotaExceeded
        or MqttReasonCode.PayloadFormatInvalid;

    public void WriteTo(PacketWriter writer)
    {
        writer.Begin(Type, Type == PacketType.Pubrel ? (byte)2 : (byte)0);
        writer.WriteUInt16(PacketId);
        if (writer.Version == MqttVersion.V5 && (ReasonCode != MqttReasonCode.Success || ReasonString is not null))
        {
            writer.WriteByte((byte)ReasonCode);
            ReasonProperties.Write(writer, ReasonString);
        }

        writer.End();
    }

    public static AckPacket Parse(PacketType type, ReadOnlySpan<byte> body, MqttVersion version)
    {
        PacketReader reader = new(body);
        AckPacket packet = new(type, reader.ReadPacketId());
        if (version == MqttVersion.V5 && !reader.IsEmpty)
            packet = packet with { ReasonCode = (MqttReasonCode)reader.ReadByte() };
        if (version == MqttVersion.V5 && !reader.IsEmpty)
            packet = packet with { ReasonString = ReasonProperties.Read(reader.ReadPropertyBlock(version)) };
        reader.ExpectEnd();
        return packet;
    }
}
