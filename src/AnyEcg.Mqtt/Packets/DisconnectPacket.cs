namespace AnyEcg.Mqtt;

/// <summary>DISCONNECT (MQTT 5.0, section 3.14).</summary>
/// <param name="ReasonCode">Why the sender leaves.</param>
/// <param name="SessionExpiry">From a client: replaces the Session Expiry Interval of its CONNECT, seconds.</param>
internal readonly record struct DisconnectPacket(MqttReasonCode ReasonCode, uint? SessionExpiry = null) : IOutgoingPacket
{
    public void WriteTo(PacketWriter writer)
    {
        writer.Begin(PacketType.Disconnect);
        if (ReasonCode != MqttReasonCode.Success || SessionExpiry is not null)
        {
            writer.WriteByte((byte)ReasonCode);
            int properties = writer.BeginProperties();
            writer.WriteProperty(PropertyId.SessionExpiryInterval, SessionExpiry);
            writer.EndProperties(properties);
        }

        writer.End();
    }

    public static DisconnectPacket Parse(ReadOnlySpan<byte> body)
    {
        PacketReader reader = new(body);
        if (reader.IsEmpty)
            return new DisconnectPacket(MqttReasonCode.Success);
        MqttReasonCode reason = (MqttReasonCode)reader.ReadByte();
        uint? sessionExpiry = reader.IsEmpty ? null : ParseProperties(reader.ReadPropertyBlock());
        reader.ExpectEnd();
        return new DisconnectPacket(reason, sessionExpiry);
    }

    private static uint? ParseProperties(ReadOnlySpan<byte> block)
    {
        uint? sessionExpiry = null;
        PropertyReader reader = new(block);
        while (reader.TryReadId(out PropertyId id))
        {
            if (id == PropertyId.SessionExpiryInterval)
                sessionExpiry = reader.Value.ReadUInt32();
            else if (id is PropertyId.ReasonString or PropertyId.ServerReference)
                reader.Value.ReadUtf8();
            else if (id == PropertyId.UserProperty)
                reader.SkipUserProperty();
            else
                throw PropertyReader.Unexpected(id);
        }

        return sessionExpiry;
    }
}
