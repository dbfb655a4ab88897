namespace AnyEcg.Mqtt;

/// <summary>A received PUBLISH (MQTT 5.0, section 3.3), read in place: every span points into the packet's body.</summary>
internal ref struct PublishPacket
{
    public MqttQos Qos;
    public bool Retain;
    public bool Duplicate;
    public ushort PacketId;
    public ReadOnlySpan<byte> Topic;
    public ReadOnlySpan<byte> Payload;

    /// <summary>The whole property block, validated.</summary>
    public ReadOnlySpan<byte> Properties;
    public bool PayloadIsUtf8;
    public uint? MessageExpiry;
    public ReadOnlySpan<byte> ContentType;
    public ReadOnlySpan<byte> ResponseTopic;
    public ReadOnlySpan<byte> CorrelationData;

    /// <summary>Parses; throws <see cref="MqttProtocolException"/> on anything the standard forbids, and on topic aliases.</summary>
    public static PublishPacket Parse(byte header, ReadOnlySpan<byte> body)
    {
        PublishPacket packet = ParseFlags(header);
        PacketReader reader = new(body);
        packet.Topic = reader.ReadUtf8();
        if (packet.Topic.ContainsAny((byte)'+', (byte)'#'))
            throw new MqttProtocolException(MqttReasonCode.TopicNameInvalid, "a topic name has wildcards");
        if (packet.Qos != MqttQos.AtMostOnce)
            packet.PacketId = reader.ReadPacketId();
        packet.Properties = reader.ReadPropertyBlock();
        packet.ParseProperties();
        if (packet.Topic.IsEmpty)
            throw MqttProtocolException.Protocol("an empty topic name");
        packet.Payload = reader.Rest;
        return packet;
    }

    private static PublishPacket ParseFlags(byte header)
    {
        int qos = (header >> 1) & 3;
        bool duplicate = (header & 8) != 0;
        if (qos == 3 || (qos == 0 && duplicate))
            throw MqttProtocolException.Malformed("invalid PUBLISH flags");
        if (qos == 2)
            throw new MqttProtocolException(MqttReasonCode.QosNotSupported, "QoS 2");
        return new PublishPacket { Qos = (MqttQos)qos, Duplicate = duplicate, Retain = (header & 1) != 0 };
    }

    private void ParseProperties()
    {
        PropertyReader reader = new(Properties);
        while (reader.TryReadId(out PropertyId id))
            ReadProperty(id, ref reader);
    }

    private void ReadProperty(PropertyId id, ref PropertyReader reader)
    {
        switch (id)
        {
            case PropertyId.PayloadFormatIndicator:
                PayloadIsUtf8 = reader.Value.ReadBool();
                break;
            case PropertyId.MessageExpiryInterval:
                MessageExpiry = reader.Value.ReadUInt32();
                break;
            case PropertyId.ContentType:
                ContentType = reader.Value.ReadUtf8();
                break;
            case PropertyId.ResponseTopic:
                ResponseTopic = ReadResponseTopic(ref reader);
                break;
            case PropertyId.CorrelationData:
                CorrelationData = reader.Value.ReadBinary();
                break;
            case PropertyId.UserProperty:
                reader.SkipUserProperty();
                break;
            case PropertyId.SubscriptionIdentifier:
                if (reader.Value.ReadVariableInteger() == 0)
                    throw MqttProtocolException.Protocol("subscription identifier 0");
                break;
            case PropertyId.TopicAlias:
                throw new MqttProtocolException(MqttReasonCode.TopicAliasInvalid, "a topic alias without leave");
            default:
                throw PropertyReader.Unexpected(id);
        }
    }

    private static ReadOnlySpan<byte> ReadResponseTopic(scoped ref PropertyReader reader)
    {
        ReadOnlySpan<byte> topic = reader.Value.ReadUtf8();
        return topic.ContainsAny((byte)'+', (byte)'#') ? throw MqttProtocolException.Protocol("a response topic has wildcards") : topic;
    }
}
