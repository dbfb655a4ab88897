namespace AnyEcg.Mqtt;

/// <summary>CONNACK (MQTT 5.0, section 3.2): the broker's answer and the limits it sets. Intervals in seconds.</summary>
internal sealed record ConnackPacket : IOutgoingPacket
{
    public MqttReasonCode ReasonCode { get; init; }

    public bool SessionPresent { get; init; }

    /// <summary>Null: as the client asked.</summary>
    public uint? SessionExpiry { get; init; }

    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    public byte MaximumQos { get; init; } = 2;

    public bool RetainAvailable { get; init; } = true;

    public uint MaximumPacketSize { get; init; } = uint.MaxValue;

    public string? AssignedClientId { get; init; }

    public string? ReasonString { get; init; }

    /// <summary>Null: as the client asked.</summary>
    public ushort? ServerKeepAlive { get; init; }

    public bool SubscriptionIdentifiersAvailable { get; init; } = true;

    public bool SharedSubscriptionsAvailable { get; init; } = true;

    public void WriteTo(PacketWriter writer)
    {
        writer.Begin(PacketType.Connack);
        writer.WriteByte(SessionPresent ? (byte)1 : (byte)0);
        writer.WriteByte((byte)ReasonCode);
        int properties = writer.BeginProperties();
        WriteProperties(writer);
        writer.EndProperties(properties);
        writer.End();
    }

    public static ConnackPacket Parse(ReadOnlySpan<byte> body)
    {
        PacketReader reader = new(body);
        byte flags = reader.ReadByte();
        if (flags > 1)
            throw MqttProtocolException.Malformed("invalid CONNACK flags");
        ConnackPacket packet = new() { SessionPresent = flags == 1, ReasonCode = (MqttReasonCode)reader.ReadByte() };

        // A server that speaks only an older protocol answers without properties.
        if (reader.IsEmpty && packet.ReasonCode != MqttReasonCode.Success)
            return packet;
        PropertyReader properties = new(reader.ReadPropertyBlock());
        while (properties.TryReadId(out PropertyId id))
            packet = ReadProperty(packet, id, ref properties);
        reader.ExpectEnd();
        return packet;
    }

    private static ConnackPacket ReadProperty(ConnackPacket packet, PropertyId id, ref PropertyReader reader)
    {
        switch (id)
        {
            case PropertyId.SessionExpiryInterval:
                return packet with { SessionExpiry = reader.Value.ReadUInt32() };
            case PropertyId.ReceiveMaximum:
                return packet with { ReceiveMaximum = reader.Value.ReadNonZeroUInt16() };
            case PropertyId.MaximumQos:
                return packet with { MaximumQos = reader.Value.ReadBool() ? (byte)1 : (byte)0 };
            case PropertyId.RetainAvailable:
                return packet with { RetainAvailable = reader.Value.ReadBool() };
            case PropertyId.MaximumPacketSize:
                uint size = reader.Value.ReadUInt32();
                return size != 0 ? packet with { MaximumPacketSize = size } : throw MqttProtocolException.Protocol("packet size 0");
            case PropertyId.AssignedClientIdentifier:
                return packet with { AssignedClientId = reader.Value.ReadString() };
            case PropertyId.ReasonString:
                return packet with { ReasonString = reader.Value.ReadString() };
            case PropertyId.ServerKeepAlive:
                return packet with { ServerKeepAlive = reader.Value.ReadUInt16() };
            case PropertyId.SubscriptionIdentifierAvailable:
                return packet with { SubscriptionIdentifiersAvailable = reader.Value.ReadBool() };
            case PropertyId.SharedSubscriptionAvailable:
                return packet with { SharedSubscriptionsAvailable = reader.Value.ReadBool() };
            default:
                SkipUnused(id, ref reader);
                return packet;
        }
    }

    private static void SkipUnused(PropertyId id, ref PropertyReader reader)
    {
        switch (id)
        {
            case PropertyId.TopicAliasMaximum:
                reader.Value.ReadUInt16();
                break;
            case PropertyId.WildcardSubscriptionAvailable:
                reader.Value.ReadBool();
                break;
            case PropertyId.ResponseInformation or PropertyId.ServerReference or PropertyId.AuthenticationMethod:
                reader.Value.ReadUtf8();
                break;
            case PropertyId.AuthenticationData:
                reader.Value.ReadBinary();
                break;
            case PropertyId.UserProperty:
                reader.SkipUserProperty();
                break;
            default:
                throw PropertyReader.Unexpected(id);
        }
    }

    private void WriteProperties(PacketWriter writer)
    {
        writer.WriteProperty(PropertyId.SessionExpiryInterval, SessionExpiry);
        if (ReceiveMaximum != ushort.MaxValue)
            writer.WriteProperty(PropertyId.ReceiveMaximum, ReceiveMaximum);
        if (MaximumQos < 2)
            writer.WriteProperty(PropertyId.MaximumQos, MaximumQos);
        if (!RetainAvailable)
            writer.WriteProperty(PropertyId.RetainAvailable, 0);
        if (MaximumPacketSize != uint.MaxValue)
            writer.WriteProperty(PropertyId.MaximumPacketSize, MaximumPacketSize);
        writer.WriteProperty(PropertyId.AssignedClientIdentifier, AssignedClientId);
        writer.WriteProperty(PropertyId.ReasonString, ReasonString);
        if (!SubscriptionIdentifiersAvailable)
            writer.WriteProperty(PropertyId.SubscriptionIdentifierAvailable, 0);
        if (!SharedSubscriptionsAvailable)
            writer.WriteProperty(PropertyId.SharedSubscriptionAvailable, 0);
        writer.WriteProperty(PropertyId.ServerKeepAlive, ServerKeepAlive);
    }
}
