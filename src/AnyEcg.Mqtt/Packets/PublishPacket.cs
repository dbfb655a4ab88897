namespace AnyEcg.Mqtt;

/// <summary>A received PUBLISH (MQTT 5.0, section 3.3), read in place: every span points into the packet's body.</summary>
internal ref struct PublishPacket
{
    public MqttQos Qos;
    public bool Retain;
    public bool Duplicate;
    public ushort PacketId;

    /// <summary>Empty only where <see cref="TopicAlias"/> stands for it.</summary>
    public ReadOnlySpan<byte> Topic;
    public ReadOnlySpan<byte> Payload;

    /// <summary>The whole property block, validated; always empty in version 3.1.1.</summary>
    public ReadOnlySpan<byte> Properties;
    public bool PayloadIsUtf8;
    public uint? MessageExpiry;
    public ReadOnlySpan<byte> ContentType;
    public ReadOnlySpan<byte> ResponseTopic;
    public ReadOnlySpan<byte> CorrelationData;

    /// <summary>0: none.</summary>
    public ushort TopicAlias;

    /// <summary>How many there are in <see cref="Properties"/>; a client may send none.</summary>
    public int SubscriptionIds;

    /// <summary>Parses; throws <see cref="MqttProtocolException"/> on anything the standard forbids.</summary>
    /// <param name="header">First byte of the packet.</param>
    /// <param name="body">All after the fixed header.</param>
    /// <param name="version">Level of the connection.</param>
    /// <param name="topicAliasMaximum">The largest topic alias that the sender was allowed; 0: none.</param>
    public static PublishPacket Parse(byte header, ReadOnlySpan<byte> body, MqttVersion version, ushort topicAliasMaximum = 0)
    {
        PublishPacket packet = ParseFlags(header);
        PacketReader reader = new(body);
        packet.Topic = reader.ReadUtf8();
        if (packet.Topic.ContainsAny((byte)'+', (byte)'#'))
            throw new MqttProtocolException(MqttReasonCode.TopicNameInvalid, "a topic name has wildcards");
        if (packet.Qos != MqttQos.AtMostOnce)
            packet.PacketId = reader.ReadPacketId();
        packet.Properties = reader.ReadPropertyBlock(version);
        packet.ParseProperties(topicAliasMaximum);
        if (packet.Topic.IsEmpty && packet.TopicAlias == 0)
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
        return new PublishPacket { Qos = (MqttQos)qos, Duplicate = duplicate, Retain = (header & 1) != 0 };
    }

    private void ParseProperties(ushort topicAliasMaximum)
    {
        PropertyReader reader = new(Properties);
        while (reader.TryReadId(out PropertyId id))
            ReadProperty(id, topicAliasMaximum, ref reader);
    }

    private void ReadProperty(PropertyId id, ushort topicAliasMaximum, ref PropertyReader reader)
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
                SubscriptionIds++;
                break;
            case PropertyId.TopicAlias:
                TopicAlias = reader.Value.ReadUInt16();
                if (TopicAlias == 0 || TopicAlias > topicAliasMaximum)
                    throw new MqttProtocolException(MqttReasonCode.TopicAliasInvalid, $"topic alias {TopicAlias}, {topicAliasMaximum} allowed");
                break;
            default:
                throw PropertyReader.Unexpected(id);
        }
    }

    /// <summary>A response topic, of a message or a Will. Throws 0x82 when it is empty or has wildcards.</summary>
    public static ReadOnlySpan<byte> ReadResponseTopic(scoped ref PropertyReader reader)
    {
        ReadOnlySpan<byte> topic = reader.Value.ReadUtf8();
        if (topic.IsEmpty || topic.ContainsAny((byte)'+', (byte)'#'))
            throw MqttProtocolException.Protocol("a response topic is empty or has wildcards");
        return topic;
    }
}
