namespace AnyEcg.Mqtt;

/// <summary>
/// Takes what clients publish, at the level it was published with: a QoS 2 message is routed once, when it first comes
/// (MQTT 5.0, section 4.3.3, method B), and its identifier kept until the PUBREL. Broker lock only.
/// </summary>
internal sealed class PublishDesk(BrokerContext context, MessageRouter router)
{
    /// <summary>Routes a message and sends its acknowledgement. Throws 0x93 beyond the Receive Maximum.</summary>
    public void OnPublish(BrokerLink link, BrokerSession publisher, StoredMessage message, ushort packetId)
    {
        if (message.Qos != MqttQos.AtMostOnce && link.Version == MqttVersion.V5)
            CheckReceiveMaximum(publisher.Received, message.Qos, packetId);
        switch (message.Qos)
        {
            case MqttQos.AtMostOnce:
                Route(link, publisher, message);
                break;
            case MqttQos.AtLeastOnce:
                link.Send(new AckPacket(PacketType.Puback, packetId, RouteOnce(link, publisher, message, packetId)));
                break;
            default:
                link.Send(new AckPacket(PacketType.Pubrec, packetId, RouteExactlyOnce(link, publisher, message, packetId)));
                break;
        }
    }

    /// <summary>PUBREL; an unknown one is answered too, for its PUBCOMP may have been lost.</summary>
    public static void OnPubrel(BrokerLink link, BrokerSession publisher, ushort packetId)
    {
        bool known = publisher.Received.Release(packetId);
        link.Send(new AckPacket(
            PacketType.Pubcomp, packetId, known ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound));
    }

    private void CheckReceiveMaximum(ReceivedIds received, MqttQos qos, ushort packetId)
    {
        bool again = qos == MqttQos.ExactlyOnce && received.Contains(packetId);
        if (!again && received.Open >= context.Options.ReceiveMaximum)
            throw new MqttProtocolException(MqttReasonCode.ReceiveMaximumExceeded, "more open publishes than the Receive Maximum");
    }

    private MqttReasonCode RouteOnce(BrokerLink link, BrokerSession publisher, StoredMessage message, ushort packetId)
    {
        // A PUBACK of version 3.1.1 always says "taken": refusing would lose the message without a word.
        if (link.Version == MqttVersion.V311 || !publisher.Received.Contains(packetId))
            return Route(link, publisher, message);
        context.Counters.Add(BrokerCounters.Kind.PublishesRefused);
        return MqttReasonCode.PacketIdentifierInUse;
    }

    private MqttReasonCode RouteExactlyOnce(BrokerLink link, BrokerSession publisher, StoredMessage message, ushort packetId)
    {
        bool again = publisher.Received.Contains(packetId);
        MqttReasonCode reason = again ? MqttReasonCode.Success : Route(link, publisher, message);
        if (reason < MqttReasonCode.UnspecifiedError)
            publisher.Received.Add(packetId);
        return reason;
    }

    private MqttReasonCode Route(BrokerLink link, BrokerSession publisher, StoredMessage message)
    {
        if (!AccessRules.MayPublish(link.User, message.Topic))
        {
            context.Counters.Add(BrokerCounters.Kind.PublishesRefused);
            return MqttReasonCode.NotAuthorized;
        }

        return router.Route(message, publisher) > 0 ? MqttReasonCode.Success : MqttReasonCode.NoMatchingSubscribers;
    }
}
