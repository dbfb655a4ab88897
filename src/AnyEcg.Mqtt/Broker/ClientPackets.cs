namespace AnyEcg.Mqtt;

/// <summary>What a connected client's packets do. Receive loop of its link only.</summary>
internal sealed class ClientPackets
{
    private const int TopicsCached = 64;

    private readonly BrokerLink link;
    private readonly BrokerCore core;
    private readonly BrokerContext context;
    private readonly Utf8StringCache topics = new(TopicsCached);
    private readonly IncomingAliases aliases;
    private readonly bool asksForNoExpiry;

    public ClientPackets(BrokerLink link, BrokerSession session, ConnectPacket connect, BrokerCore core, BrokerContext context)
    {
        this.link = link;
        this.core = core;
        this.context = context;
        Session = session;
        aliases = new IncomingAliases(context.Options.TopicAliasMaximum);
        asksForNoExpiry = connect.SessionExpiry == 0;
    }

    public BrokerSession Session { get; }

    /// <summary>Throws <see cref="MqttProtocolException"/> on what ends the connection.</summary>
    public void OnPacket(byte header, ReadOnlySpan<byte> body)
    {
        MqttVersion version = link.Version;
        PacketType type = (PacketType)(header >> 4);
        switch (type)
        {
            case PacketType.Publish:
                OnPublish(PublishPacket.Parse(header, body, version, context.Options.TopicAliasMaximum));
                break;
            case PacketType.Puback or PacketType.Pubrec or PacketType.Pubcomp:
                core.Answer(link, Session, AckPacket.Parse(type, body, version));
                break;
            case PacketType.Pubrel:
                core.Release(link, Session, AckPacket.Parse(type, body, version).PacketId);
                break;
            case PacketType.Subscribe:
                core.Subscribe(link, Session, SubscribePacket.Parse(body, version));
                break;
            case PacketType.Unsubscribe:
                core.Unsubscribe(link, Session, UnsubscribePacket.Parse(body, version));
                break;
            case PacketType.Pingreq:
                link.Send(new PingPacket(PacketType.Pingresp));
                break;
            case PacketType.Disconnect:
                OnDisconnect(DisconnectPacket.Parse(body, version));
                break;
            default:
                throw MqttProtocolException.Protocol($"{type} from a client");
        }
    }

    private void OnPublish(PublishPacket packet)
    {
        if (packet.Qos > context.Options.MaxQos)
            throw new MqttProtocolException(MqttReasonCode.QosNotSupported, $"{packet.Qos}");
        if (packet.SubscriptionIds > 0)
            throw MqttProtocolException.Protocol("a subscription identifier from a client");
        packet.Topic = aliases.Resolve(packet);
        core.Publish(link, Session, packet, topics.Get(packet.Topic));
    }

    private void OnDisconnect(DisconnectPacket packet)
    {
        if (asksForNoExpiry && packet.SessionExpiry > 0)
            throw MqttProtocolException.Protocol("a session expiry where CONNECT had none");
        link.Leave(Session, packet);
    }
}
