namespace AnyEcg.Mqtt;

/// <summary>DISCONNECT (MQTT 5.0, section 3.14). In version 3.1.1 only clients send it, and it says nothing.</summary>
/// <param name="ReasonCode">Why the sender leaves.</param>
/// <param name="SessionExpiry">From a client: replaces the Session Expiry Interval of its CONNECT, seconds.</param>
/// <param name="ReasonString">For people; null: none.</param>
/// <param name="ServerReference">From a server: another one to use; null: none.</param>
internal readonly record struct DisconnectPacket(
    MqttReasonCode ReasonCode, uint? SessionExpiry = null, string? ReasonString = null, string? ServerReference = null) : IOutgoingPacket
{
    private bool IsPlain =>
        ReasonCode == MqttReasonCode.Success && SessionExpiry is null && ReasonString is null && ServerReference is null;

    public void WriteTo(PacketWriter writer)
    {
        writer.Begin(PacketType.Disconnect);
        if (writer.Version == MqttVersion.V5 && !IsPlain)
        {
            writer.WriteByte((byte)ReasonCode);
            int properties = writer.BeginProperties();
            writer.WriteProperty(PropertyId.SessionExpiryInterval, SessionExpiry);
            writer.WriteProperty(PropertyId.ReasonString, ReasonString);
            writer.WriteProperty(PropertyId.ServerReference, ServerReference);
            writer.EndProperties(properties);
        }

        writer.End();
    }

    public static DisconnectPacket Parse(ReadOnlySpan<byte> body, MqttVersion version)
    {
        PacketReader reader = new(body);
        DisconnectPacket packet = new(MqttReasonCode.Success);
        if (version == MqttVersion.V5 && !reader.IsEmpty)
            packet = packet with { ReasonCode = (MqttReasonCode)reader.ReadByte() };
        if (version == MqttVersion.V5 && !reader.IsEmpty)
            packet = ReadProperties(packet, reader.ReadPropertyBlock(version));
        reader.ExpectEnd();
        return packet;
    }

    private static DisconnectPacket ReadProperties(DisconnectPacket packet, ReadOnlySpan<byte> block)
    {
        PropertyReader reader = new(block);
        while (reader.TryReadId(out PropertyId id))
        {
            if (id == PropertyId.SessionExpiryInterval)
                packet = packet with { SessionExpiry = reader.Value.ReadUInt32() };
            else if (id == PropertyId.ReasonString)
                packet = packet with { ReasonString = reader.Value.ReadString() };
            else if (id == PropertyId.ServerReference)
                packet = packet with { ServerReference = reader.Value.ReadString() };
            else if (id == PropertyId.UserProperty)
                reader.SkipUserProperty();
            else
                throw PropertyReader.Unexpected(id);
        }

        return packet;
    }
}
