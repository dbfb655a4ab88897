namespace AnyEcg.Mqtt;

/// <summary>One connection of the client, from CONNECT to its end: reads what the broker sends.</summary>
internal sealed class ClientLink : IPacketSink, IDisposable
{
    private readonly PacketLink link;
    private readonly ClientSession session;
    private readonly AckOrder acks;
    private readonly TimeProvider time;
    private readonly Action<ClientLink, ConnackPacket> onConnected;
    private volatile KeepAliveTimer? keepAlive;

    /// <param name="link">The open byte stream.</param>
    /// <param name="session">What outlives this connection.</param>
    /// <param name="number">Number of this connection, from 1.</param>
    /// <param name="time">Clock of the keep-alive.</param>
    /// <param name="onConnected">Called on the receive loop at a successful CONNACK, before any message.</param>
    public ClientLink(
        PacketLink link, ClientSession session, int number, TimeProvider time, Action<ClientLink, ConnackPacket> onConnected)
    {
        this.link = link;
        this.session = session;
        this.time = time;
        this.onConnected = onConnected;
        acks = new AckOrder(number, session.Options.ReceiveMaximum, link.Outbound, session.Counters);
    }

    /// <summary>The broker has accepted the connection.</summary>
    public bool IsConnected => keepAlive is not null;

    public OutboundQueue Outbound => link.Outbound;

    public BrokerLimits Limits { get; private set; } = new(0, MqttQos.AtMostOnce, false);

    /// <summary>Sends CONNECT and serves the connection to its end.</summary>
    public async Task<LinkEnd> RunAsync(bool cleanStart)
    {
        link.Outbound.Send(session.MakeConnect(cleanStart));
        try
        {
            return await link.RunAsync(this).ConfigureAwait(false);
        }
        finally
        {
            session.Publishes.Detach();
            session.Subscriptions.Detach();
        }
    }

    public bool TryAcknowledge(MqttAckToken token, MqttReasonCode reasonCode) => acks.TryAcknowledge(token, reasonCode);

    /// <summary>Leaves in order; before the CONNACK there is nothing to leave.</summary>
    public void Disconnect(bool keepSession)
    {
        if (IsConnected)
            link.Outbound.Send(new DisconnectPacket(MqttReasonCode.Success, keepSession ? null : 0u));
        link.End(MqttReasonCode.Success, "stopped");
    }

    public void Dispose() => keepAlive?.Dispose();

    public void Abort(string reason) => link.Abort(MqttReasonCode.UnspecifiedError, reason);

    public void OnPacket(byte header, ReadOnlySpan<byte> body)
    {
        PacketType type = (PacketType)(header >> 4);
        if (!IsConnected)
        {
            OnFirstPacket(type, body);
            return;
        }

        keepAlive!.OnReceived();
        switch (type)
        {
            case PacketType.Publish:
                OnPublish(PublishPacket.Parse(header, body, MqttVersion.V5));
                break;
            case PacketType.Puback:
                session.Publishes.OnPuback(AckPacket.Parse(type, body, MqttVersion.V5));
                break;
            case PacketType.Suback or PacketType.Unsuback:
                session.Subscriptions.OnAnswer(SubackPacket.Parse(type, body, MqttVersion.V5));
                break;
            case PacketType.Pingresp:
                break;
            case PacketType.Disconnect:
                MqttReasonCode reason = DisconnectPacket.Parse(body, MqttVersion.V5).ReasonCode;
                link.End(reason, $"the broker disconnected: {reason}");
                break;
            default:
                throw MqttProtocolException.Protocol($"{type} from a broker");
        }
    }

    public void OnProtocolError(MqttReasonCode reasonCode) => link.Outbound.Send(new DisconnectPacket(reasonCode));

    private void OnFirstPacket(PacketType type, ReadOnlySpan<byte> body)
    {
        if (type != PacketType.Connack)
            throw MqttProtocolException.Protocol($"{type} before CONNACK");
        ConnackPacket connack = ConnackPacket.Parse(body, MqttVersion.V5);
        if (connack.ReasonCode != MqttReasonCode.Success)
        {
            link.End(connack.ReasonCode, $"the broker refused the connection: {connack.ReasonCode} {connack.ReasonString}");
            return;
        }

        // A session that an earlier run of this process left is resumed, although its outgoing half is gone with that run.
        link.Outbound.PeerMaximumPacketSize = connack.MaximumPacketSize;
        Limits = BrokerLimits.From(connack);
        session.ClientId = connack.AssignedClientId ?? session.ClientId;
        TimeSpan interval = connack.ServerKeepAlive is { } seconds ? TimeSpan.FromSeconds(seconds) : session.Options.KeepAlive;
        keepAlive = new KeepAliveTimer(link, interval, time);
        session.Subscriptions.Attach(link, connack.SessionPresent);
        session.Publishes.Attach(link.Outbound, Limits, connack.SessionPresent);
        onConnected(this, connack);
    }

    private void OnPublish(in PublishPacket packet)
    {
        long misses = session.Topics.Misses;
        MqttInbound message = new()
        {
            Topic = session.Topics.Get(packet.Topic),
            Payload = packet.Payload,
            Qos = packet.Qos,
            Retain = packet.Retain,
            Duplicate = packet.Duplicate,
            PayloadIsUtf8 = packet.PayloadIsUtf8,
            ContentType = packet.ContentType.IsEmpty ? null : session.Texts.Get(packet.ContentType),
            ResponseTopic = packet.ResponseTopic.IsEmpty ? null : session.Texts.Get(packet.ResponseTopic),
            CorrelationData = packet.CorrelationData,
            UserProperties = new MqttUserProperties(packet.Properties),
            Ack = packet.Qos == MqttQos.AtLeastOnce ? acks.Add(packet.PacketId) : default,
        };
        session.Counters.Add(MqttCounters.Kind.MessagesReceived);
        session.Counters.Add(MqttCounters.Kind.PayloadBytesReceived, packet.Payload.Length);
        if (session.Topics.Misses != misses)
            session.Counters.Add(MqttCounters.Kind.TopicsCached);
        session.Receiver.OnMessage(message);
    }
}
