namespace AnyEcg.Mqtt;

/// <summary>
/// SUBACK or UNSUBACK (MQTT 5.0, sections 3.9 and 3.11): one reason code per filter, in order. In version 3.1.1 an UNSUBACK has
/// none, and a SUBACK knows a single failure.
/// </summary>
/// <param name="Type">Which of the two.</param>
/// <param name="PacketId">Of the request.</param>
/// <param name="ReasonCodes">Empty in an UNSUBACK of version 3.1.1.</param>
/// <param name="ReasonString">For people; null: none.</param>
internal sealed record SubackPacket(
    PacketType Type, ushort PacketId, IReadOnlyList<MqttReasonCode> ReasonCodes, string? ReasonString = null) : IOutgoingPacket
{
    public void WriteTo(PacketWriter writer)
    {
        writer.Begin(Type);
        writer.WriteUInt16(PacketId);
        int properties = writer.BeginProperties();
        writer.WriteProperty(PropertyId.ReasonString, ReasonString);
        writer.EndProperties(properties);
        if (writer.Version == MqttVersion.V5 || Type == PacketType.Suback)
        {
            foreach (MqttReasonCode reasonCode in ReasonCodes)
                writer.WriteByte((byte)(writer.Version == MqttVersion.V5 ? reasonCode : ReturnCode(reasonCode)));
        }

        writer.End();
    }

    public static SubackPacket Parse(PacketType type, ReadOnlySpan<byte> body, MqttVersion version)
    {
        PacketReader reader = new(body);
        ushort id = reader.ReadPacketId();
        string? reason = ReasonProperties.Read(reader.ReadPropertyBlock(version));
        if (version == MqttVersion.V311 && type == PacketType.Unsuback)
            reader.ExpectEnd();
        else if (reader.IsEmpty)
            throw MqttProtocolException.Malformed("no reason code");
        MqttReasonCode[] codes = new MqttReasonCode[reader.Rest.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = (MqttReasonCode)reader.ReadByte();
            if (version == MqttVersion.V311 && codes[i] != ReturnCode(codes[i]))
                throw MqttProtocolException.Malformed("a reserved SUBACK return code");
        }

        return new SubackPacket(type, id, codes, reason);
    }

    private static MqttReasonCode ReturnCode(MqttReasonCode code) =>
        code <= MqttReasonCode.GrantedQos2 ? code : MqttReasonCode.UnspecifiedError;
}
