namespace AnyEcg.Mqtt;

/// <summary>AUTH (MQTT 5.0, section 3.15): a step of enhanced authentication. Version 3.1.1 has no such packet.</summary>
/// <param name="ReasonCode">Success, continue (0x18) or re-authenticate (0x19).</param>
/// <param name="Method">Authentication Method; null only in the shortest form, which means success.</param>
/// <param name="Data">Authentication Data; empty: none.</param>
/// <param name="ReasonString">For people; null: none.</param>
internal readonly record struct AuthPacket(
    MqttReasonCode ReasonCode, string? Method = null, ReadOnlyMemory<byte> Data = default, string? ReasonString = null) : IOutgoingPacket
{
    public void WriteTo(PacketWriter writer)
    {
        writer.Begin(PacketType.Auth);
        if (ReasonCode != MqttReasonCode.Success || Method is not null)
        {
            writer.WriteByte((byte)ReasonCode);
            int properties = writer.BeginProperties();
            writer.WriteProperty(PropertyId.AuthenticationMethod, Method);
            writer.WriteProperty(PropertyId.AuthenticationData, Data.Span);
            writer.WriteProperty(PropertyId.ReasonString, ReasonString);
            writer.EndProperties(properties);
        }

        writer.End();
    }

    public static AuthPacket Parse(ReadOnlySpan<byte> body)
    {
        PacketReader reader = new(body);
        if (reader.IsEmpty)
            return new AuthPacket(MqttReasonCode.Success);
        AuthPacket packet = new((MqttReasonCode)reader.ReadByte());
        if (packet.ReasonCode is not (MqttReasonCode.Success or MqttReasonCode.ContinueAuthentication or MqttReasonCode.ReAuthenticate))
            throw MqttProtocolException.Protocol("an AUTH with a reason that is none of its own");
        PropertyReader properties = new(reader.ReadPropertyBlock(MqttVersion.V5));
        while (properties.TryReadId(out PropertyId id))
            packet = ReadProperty(packet, id, ref properties);
        reader.ExpectEnd();
        return packet.Method is not null ? packet : throw MqttProtocolException.Protocol("an AUTH without its method");
    }

    private static AuthPacket ReadProperty(in AuthPacket packet, PropertyId id, ref PropertyReader reader)
    {
        switch (id)
        {
            case PropertyId.AuthenticationMethod:
                return packet with { Method = reader.Value.ReadString() };
            case PropertyId.AuthenticationData:
                return packet with { Data = reader.Value.ReadBinary().ToArray() };
            case PropertyId.ReasonString:
                return packet with { ReasonString = reader.Value.ReadString() };
            case PropertyId.UserProperty:
                reader.SkipUserProperty();
                return packet;
            default:
                throw PropertyReader.Unexpected(id);
        }
    }
}
