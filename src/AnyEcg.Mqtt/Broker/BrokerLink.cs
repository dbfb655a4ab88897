namespace AnyEcg.Mqtt;

/// <summary>One client's connection to the broker.</summary>
internal sealed class BrokerLink : IPacketSink
{
    private const int TopicsCached = 64;

    private readonly PacketLink link;
    private readonly BrokerCore core;
    private readonly BrokerContext context;
    private readonly Utf8StringCache topics = new(TopicsCached);
    private readonly long overrun;
    private TimeSpan allowedSilence;
    private bool connecting;
    private long heardAt;

    public BrokerLink(PacketLink link, BrokerCore core, BrokerContext context)
    {
        this.link = link;
        this.core = core;
        this.context = context;
        allowedSilence = context.Options.ConnectTimeout;
        overrun = (4L * context.Options.OutboundLimitPerClient) + context.Options.MaxPacketSize;
        heardAt = context.Time.GetTimestamp();
    }

    /// <summary>Null before a successful CONNECT.</summary>
    public BrokerSession? Session { get; private set; }

    /// <summary>The client sent a DISCONNECT that takes its Will back.</summary>
    public bool LeftInOrder { get; private set; }

    public OutboundQueue Outbound => link.Outbound;

    public Task<LinkEnd> RunAsync() => link.RunAsync(this);

    public void End(MqttReasonCode reasonCode, string reason) => link.End(reasonCode, reason);

    public void Abort(string reason) => link.Abort(MqttReasonCode.UnspecifiedError, reason);

    /// <summary>Ends the link if the client was silent for longer than one and a half keep-alive intervals (or sends no CONNECT).</summary>
    public void CheckSilence()
    {
        if (allowedSilence == TimeSpan.Zero || context.Time.GetElapsedTime(Volatile.Read(ref heardAt)) <= allowedSilence)
            return;
        if (Session is not null)
            link.Outbound.Send(new DisconnectPacket(MqttReasonCode.KeepAliveTimeout));
        link.End(MqttReasonCode.KeepAliveTimeout, "the client is silent");
    }

    public void OnPacket(byte header, ReadOnlySpan<byte> body)
    {
        Volatile.Write(ref heardAt, context.Time.GetTimestamp());
        if (link.Outbound.WaitingBytes > overrun)
            throw new MqttProtocolException(MqttReasonCode.QuotaExceeded, "the client sends, but does not read the answers");
        PacketType type = (PacketType)(header >> 4);
        if (Session is not { } session)
        {
            OnFirstPacket(type, body);
            return;
        }

        switch (type)
        {
            case PacketType.Publish:
                OnPublish(session, PublishPacket.Parse(header, body, MqttVersion.V5));
                break;
            case PacketType.Puback:
                core.Acknowledge(session, AckPacket.Parse(type, body, MqttVersion.V5).PacketId);
                break;
            case PacketType.Subscribe:
                OnSubscribe(session, SubscribePacket.Parse(body, MqttVersion.V5));
                break;
            case PacketType.Unsubscribe:
                core.Unsubscribe(this, session, UnsubscribePacket.Parse(body, MqttVersion.V5));
                break;
            case PacketType.Pingreq:
                link.Outbound.Send(new PingPacket(PacketType.Pingresp));
                break;
            case PacketType.Disconnect:
                OnDisconnect(session, DisconnectPacket.Parse(body, MqttVersion.V5));
                break;
            default:
                throw MqttProtocolException.Protocol($"{type} from a client");
        }
    }

    public void OnProtocolError(MqttReasonCode reasonCode)
    {
        context.Counters.Add(BrokerCounters.Kind.ProtocolErrors);
        if (Session is not null)
            link.Outbound.Send(new DisconnectPacket(reasonCode));
        else if (connecting)
            link.Outbound.Send(new ConnackPacket { ReasonCode = reasonCode });
    }

    private void OnFirstPacket(PacketType type, ReadOnlySpan<byte> body)
    {
        if (type != PacketType.Connect)
            throw MqttProtocolException.Protocol($"{type} before CONNECT");
        connecting = true;
        link.Outbound.Version = ConnectPacket.AnswerVersion(body);
        ConnectPacket connect = ConnectPacket.Parse(body);
        if (connect.Version != MqttVersion.V5)
            throw new MqttProtocolException(MqttReasonCode.UnsupportedProtocolVersion, "not MQTT 5.0");
        link.Outbound.PeerMaximumPacketSize = connect.MaximumPacketSize;
        TimeSpan keepAlive = context.Options.KeepAlive ?? TimeSpan.FromSeconds(connect.KeepAlive);
        allowedSilence = keepAlive * 1.5;
        Session = core.Connect(this, connect);
    }

    private void OnPublish(BrokerSession session, in PublishPacket packet)
    {
        if (packet.Qos == MqttQos.ExactlyOnce)
            throw new MqttProtocolException(MqttReasonCode.QosNotSupported, "QoS 2");
        StoredMessage message = StoredMessage.From(packet, topics.Get(packet.Topic), context.Time);
        MqttReasonCode reason = core.Publish(session, message);
        if (packet.Qos == MqttQos.AtLeastOnce)
            link.Outbound.Send(new AckPacket(PacketType.Puback, packet.PacketId, reason));
    }

    private void OnSubscribe(BrokerSession session, SubscribePacket packet)
    {
        if (packet.Identifier != 0)
            throw new MqttProtocolException(MqttReasonCode.SubscriptionIdentifiersNotSupported, "a subscription identifier");
        core.Subscribe(this, session, packet);
    }

    private void OnDisconnect(BrokerSession session, DisconnectPacket packet)
    {
        if (packet.SessionExpiry is { } seconds)
        {
            if (session.Expiry == TimeSpan.Zero && seconds != 0)
                throw MqttProtocolException.Protocol("a session expiry where CONNECT had none");
            TimeSpan asked = Seconds.ToInterval(seconds);
            session.Expiry = asked < context.Options.MaxSessionExpiry ? asked : context.Options.MaxSessionExpiry;
        }

        LeftInOrder = packet.ReasonCode == MqttReasonCode.Success;
        core.Leave(this, session);
        link.End(packet.ReasonCode, "the client left");
    }
}
