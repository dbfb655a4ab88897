namespace AnyEcg.Mqtt;

/// <summary>One connection of the client, from CONNECT to its end: reads what the broker sends.</summary>
internal sealed class ClientLink : IPacketSink, IDisposable
{
    private readonly PacketLink link;
    private readonly ClientSession session;
    private readonly ConnectPacket connect;
    private readonly AckOrder acks;
    private readonly InboundMessages inbound;
    private readonly TimeProvider time;
    private readonly Action<ClientLink, ConnackPacket> onConnected;
    private volatile KeepAliveTimer? keepAlive;

    /// <param name="link">The open byte stream.</param>
    /// <param name="session">What outlives this connection.</param>
    /// <param name="number">Number of this connection, from 1.</param>
    /// <param name="connect">Sent first; its level is that of the connection.</param>
    /// <param name="time">Clock of the keep-alive.</param>
    /// <param name="onConnected">Called on the receive loop at a successful CONNACK, before any message.</param>
    public ClientLink(
        PacketLink link,
        ClientSession session,
        int number,
        ConnectPacket connect,
        TimeProvider time,
        Action<ClientLink, ConnackPacket> onConnected)
    {
        this.link = link;
        this.session = session;
        this.connect = connect;
        this.time = time;
        this.onConnected = onConnected;
        link.Outbound.Version = connect.Version;

        // A quarter of the window, so that the broker never waits for what gathers here.
        link.Outbound.MostGathered = Math.Min(link.Outbound.MostGathered, session.Options.ReceiveMaximum);
        session.Unreleased.BeginConnection();
        Sender = new PublishSender(link.Outbound, 0);
        acks = new AckOrder(number, session.Options.ReceiveMaximum, link.Outbound, session.Unreleased, session.Counters);
        inbound = new InboundMessages(session, acks, connect.Version);
    }

    public MqttVersion Version => connect.Version;

    /// <summary>The broker has accepted the connection.</summary>
    public bool IsConnected => keepAlive is not null;

    /// <summary>Leave at the CONNACK, which was all that was to be seen.</summary>
    public bool OnlyProbes { get; init; }

    /// <summary>It was to serve only to its CONNACK, and has done so.</summary>
    public bool HasServed { get; private set; }

    public OutboundQueue Outbound => link.Outbound;

    public PublishSender Sender { get; private set; }

    public BrokerLimits Limits { get; private set; } = new();

    /// <summary>
    /// A 3.1.1 session that is to begin clean and yet be kept takes two connections, because one flag stands for both: the first
    /// ends at its CONNACK.
    /// </summary>
    private bool OnlyDiscards => connect is { Version: MqttVersion.V311, CleanStart: true, SessionExpiry: > 0 };

    /// <summary>Sends CONNECT and serves the connection to its end.</summary>
    public async Task<LinkEnd> RunAsync()
    {
        link.Outbound.Send(connect);
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

    /// <summary>A QoS 1 message; false: the token is not of this connection, or not waiting.</summary>
    public bool TryAcknowledge(MqttAckToken token, MqttReasonCode reasonCode) => acks.TryAcknowledge(token, reasonCode);

    /// <summary>A QoS 2 message has been acknowledged in the session.</summary>
    public void OnExactlyOnceAnswered() => acks.OnExactlyOnceAnswered();

    /// <summary>Leaves in order; before the CONNACK there is nothing to leave.</summary>
    public void Disconnect(bool keepSession)
    {
        if (IsConnected)
            link.Outbound.SendLast(new DisconnectPacket(MqttReasonCode.Success, keepSession ? null : 0u));
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
                inbound.OnPublish(header, body);
                break;
            case PacketType.Puback or PacketType.Pubrec or PacketType.Pubcomp:
                session.Publishes.OnAck(AckPacket.Parse(type, body, Version));
                break;
            case PacketType.Pubrel:
                link.Outbound.CheckOverrun();
                link.Outbound.SendAnswer(inbound.OnRelease(AckPacket.Parse(type, body, Version)));
                break;
            case PacketType.Suback or PacketType.Unsuback:
                session.Subscriptions.OnAnswer(SubackPacket.Parse(type, body, Version));
                break;
            case PacketType.Pingresp:
                PingPacket.Check(body);
                break;
            case PacketType.Disconnect when Version == MqttVersion.V5:
                OnDisconnect(DisconnectPacket.Parse(body, Version));
                break;
            default:
                throw Unexpected(type);
        }
    }

    /// <summary>
    /// A backlog that the broker sends all at once is read no faster than it is acknowledged; TCP holds back the rest. What is not read is no sign of a
    /// dead connection. After a second a little is read all the same: what is acknowledged may itself wait for an answer that lies behind.
    /// </summary>
    public bool HasRoom()
    {
        if (!acks.IsFlooded)
            return true;
        keepAlive?.OnReceived();
        return false;
    }

    public bool OwesAnswers => acks.Outstanding > 0;

    public void OnProtocolError(MqttReasonCode reasonCode)
    {
        session.Counters.Add(MqttCounters.Kind.ProtocolErrors);
        if (Version == MqttVersion.V5)
            link.Outbound.SendLast(new DisconnectPacket(reasonCode));
    }

    private static MqttProtocolException Unexpected(PacketType type) => MqttProtocolException.Protocol(type == PacketType.Auth
        ? "the broker asks for enhanced authentication, which this client does not offer"
        : $"{type} from a broker");

    private void OnFirstPacket(PacketType type, ReadOnlySpan<byte> body)
    {
        if (type == PacketType.Auth)
            throw Unexpected(type);
        if (type != PacketType.Connack)
            throw MqttProtocolException.Protocol($"{type} before CONNACK");
        ConnackPacket connack = ConnackPacket.Parse(body, Version);
        if (connack.ReasonCode != MqttReasonCode.Success)
            link.End(Ended("refused the connection", connack.ReasonCode, connack.ReasonString, connack.ServerReference));
        else if (connack.AuthenticationMethod is not null)
            throw MqttProtocolException.Protocol("an authentication method that was not asked for");
        else if (connack.SessionPresent && connect.CleanStart)
            throw MqttProtocolException.Protocol("a session where a clean start was asked for");
        else if (OnlyProbes || OnlyDiscards)
            Leave();
        else
            OnAccepted(connack);
    }

    private void Leave()
    {
        HasServed = true;
        link.Outbound.SendLast(new DisconnectPacket(MqttReasonCode.Success));
        link.End(MqttReasonCode.Success, OnlyProbes ? "MQTT 3.1.1 works; trying 5 once more" : "the older session is discarded");
    }

    private void OnAccepted(ConnackPacket connack)
    {
        // A session that an earlier run of this process left is resumed, although its outgoing half is gone with that run.
        link.Outbound.PeerMaximumPacketSize = connack.MaximumPacketSize;
        Limits = BrokerLimits.From(connack);
        Sender = new PublishSender(link.Outbound, Math.Min(session.Options.MaxTopicAliases, Limits.TopicAliasMaximum));
        session.ClientId = connack.AssignedClientId ?? session.ClientId;
        if (!connack.SessionPresent)
            session.Unreleased.Clear();
        TimeSpan interval = connack.ServerKeepAlive is { } seconds ? TimeSpan.FromSeconds(seconds) : session.Options.KeepAlive;
        keepAlive = new KeepAliveTimer(link, interval, time);
        session.Subscriptions.Attach(link, Limits, connack.SessionPresent);
        session.Publishes.Attach(Sender, Limits, connack.SessionPresent);
        onConnected(this, connack);
    }

    private void OnDisconnect(in DisconnectPacket packet)
    {
        if (packet.SessionExpiry is not null)
            throw MqttProtocolException.Protocol("a session expiry from a broker");
        link.End(Ended("disconnected", packet.ReasonCode, packet.ReasonString, packet.ServerReference));
    }

    private static LinkEnd Ended(string how, MqttReasonCode code, string? reason, string? reference)
    {
        string other = reference is null ? "" : $"; it names another server: {ReasonText.Of(reference)}";
        return new LinkEnd(code, $"the broker {how}: {code} {ReasonText.Of(reason)}".TrimEnd() + other) { ServerReference = reference };
    }
}
