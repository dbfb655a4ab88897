namespace AnyEcg.Mqtt;

/// <summary>What one connection does with the messages that come in. Receive loop only.</summary>
internal sealed class InboundMessages(ClientSession session, AckOrder acks, MqttVersion version)
{
    private readonly string?[] aliases = new string?[version == MqttVersion.V5 ? session.Options.TopicAliasMaximum + 1 : 0];

    public void OnPublish(byte header, ReadOnlySpan<byte> body)
    {
        PublishPacket packet = PublishPacket.Parse(header, body, version, session.Options.TopicAliasMaximum);
        string topic = TopicOf(packet);
        if (!TryNumber(packet, out MqttAckToken token))
        {
            session.Counters.Add(MqttCounters.Kind.RepeatsSuppressed);
            return;
        }

        MqttInbound message = new()
        {
            Topic = topic,
            Payload = packet.Payload,
            Qos = packet.Qos,
            Retain = packet.Retain,
            Duplicate = packet.Duplicate,
            PayloadIsUtf8 = packet.PayloadIsUtf8,
            ContentType = packet.ContentType.IsEmpty ? null : session.Texts.Get(packet.ContentType),
            ResponseTopic = packet.ResponseTopic.IsEmpty ? null : session.Texts.Get(packet.ResponseTopic),
            CorrelationData = packet.CorrelationData,
            UserProperties = new MqttUserProperties(packet.Properties),
            SubscriptionIds = new MqttSubscriptionIds(packet.Properties, packet.SubscriptionIds),
            Ack = token,
        };
        session.Counters.Add(MqttCounters.Kind.MessagesReceived);
        session.Counters.Add(MqttCounters.Kind.PayloadBytesReceived, packet.Payload.Length);
        session.Receiver.OnMessage(message);
    }

    /// <summary>A PUBREL: returns the PUBCOMP.</summary>
    public AckPacket OnRelease(in AckPacket release)
    {
        bool known = session.Unreleased.TryRelease(release.PacketId);
        if (!known)
            session.Counters.Add(MqttCounters.Kind.AcksUnknown);
        return new AckPacket(
            PacketType.Pubcomp, release.PacketId, known ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound);
    }

    /// <summary>False: a repeat of a QoS 2 message, which is acknowledged and not delivered.</summary>
    private bool TryNumber(in PublishPacket packet, out MqttAckToken token)
    {
        token = default;
        if (packet.Qos == MqttQos.AtLeastOnce)
            token = acks.Add(packet.PacketId);
        if (packet.Qos != MqttQos.ExactlyOnce)
            return true;
        bool isNew = session.Unreleased.TryAdd(packet.PacketId, out long sequence);
        acks.AddExactlyOnce(packet.PacketId, sequence);
        token = MqttAckToken.ExactlyOnce(sequence);
        return isNew;
    }

    private string TopicOf(in PublishPacket packet)
    {
        if (packet.Topic.IsEmpty)
            return aliases[packet.TopicAlias] ?? throw MqttProtocolException.Protocol($"topic alias {packet.TopicAlias} without a topic");
        long misses = session.Topics.Misses;
        string topic = session.Topics.Get(packet.Topic);
        if (session.Topics.Misses != misses)
            session.Counters.Add(MqttCounters.Kind.TopicsCached);
        if (packet.TopicAlias != 0)
            aliases[packet.TopicAlias] = topic;
        return topic;
    }
}
