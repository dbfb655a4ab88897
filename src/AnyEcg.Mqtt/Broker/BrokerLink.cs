namespace AnyEcg.Mqtt;

/// <summary>One client's connection to the broker: its way in, its way out and its end. What its packets do is <see cref="ClientPackets"/>.</summary>
internal sealed class BrokerLink : IPacketSink
{
    private readonly PacketLink link;
    private readonly BrokerCore core;
    private readonly BrokerContext context;
    private readonly long overrun;
    private OutgoingAliases aliases = new(0);
    private ClientPackets? packets;
    private TimeSpan allowedSilence;
    private bool connecting;
    private volatile bool isWelcome;
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
    public BrokerSession? Session => packets?.Session;

    public MqttVersion Version { get; private set; } = MqttVersion.V5;

    /// <summary>Null: no users are listed, or no CONNECT yet.</summary>
    public BrokerUser? User { get; private set; }

    /// <summary>The client sent a DISCONNECT that takes its Will back.</summary>
    public bool LeftInOrder { get; private set; }

    public OutboundQueue Outbound => link.Outbound;

    /// <summary>It takes nothing more, though its session may not know yet.</summary>
    public bool IsEnding => link.IsEnding;

    public Task<LinkEnd> RunAsync() => link.RunAsync(this);

    public SendResult Send<TPacket>(in TPacket packet)
        where TPacket : IOutgoingPacket, allows ref struct => link.Outbound.Send(packet);

    /// <summary>
    /// Sends the successful CONNACK; only after it may there be a DISCONNECT. A client that takes no packet of that size would
    /// wait for it in vain: the link ends.
    /// </summary>
    public void Welcome(ConnackPacket connack)
    {
        isWelcome = Send(connack) == SendResult.Sent;
        if (!isWelcome)
            link.End(MqttReasonCode.PacketTooLarge, "the client takes no packet as large as the CONNACK");
    }

    /// <summary>Sends a message on, with a topic alias where the client takes one. Broker lock only.</summary>
    public SendResult Forward(in Delivery delivery, ushort packetId = 0, bool duplicate = false, bool bounded = false)
    {
        uint? secondsLeft = delivery.Message.SecondsLeft(context.Time);
        TopicAlias alias = aliases.Find(delivery.Message.Topic);
        SendResult result = link.Outbound.Send(new ForwardedPublish(delivery, packetId, duplicate, secondsLeft, alias), bounded);

        // The alias must not make a packet too large that would have fitted without.
        if (result == SendResult.TooLarge && alias is { Number: not 0, IsKnown: false })
            return link.Outbound.Send(new ForwardedPublish(delivery, packetId, duplicate, secondsLeft, default), bounded);
        if (result == SendResult.Sent && alias is { Number: not 0, IsKnown: false })
            aliases.Announced(delivery.Message.Topic, alias);
        return result;
    }

    /// <summary>Ends the link after what waits has been sent.</summary>
    public void End(MqttReasonCode reasonCode, string reason) => link.End(reasonCode, reason);

    /// <summary>The client said that it goes.</summary>
    public void Leave(BrokerSession session, in DisconnectPacket packet)
    {
        LeftInOrder = packet.ReasonCode == MqttReasonCode.Success;
        core.Leave(this, session, packet.SessionExpiry);
        link.End(packet.ReasonCode, "the client left");
    }

    /// <summary>Tells the client why, where its version has a packet for that, and ends the link.</summary>
    public void Close(MqttReasonCode reasonCode, string reason)
    {
        SayDisconnect(reasonCode, reason);
        link.End(reasonCode, reason);
    }

    /// <summary>Ends the link without a word.</summary>
    public void Abort(string reason) => link.Abort(MqttReasonCode.UnspecifiedError, reason);

    /// <summary>Ends the link if the client was silent for longer than one and a half keep-alive intervals (or sends no CONNECT).</summary>
    public void CheckSilence()
    {
        if (IsEnding || allowedSilence == TimeSpan.Zero || context.Time.GetElapsedTime(Volatile.Read(ref heardAt)) <= allowedSilence)
            return;
        if (packets is null)
            context.Counters.Add(BrokerCounters.Kind.HandshakesFailed);
        Close(MqttReasonCode.KeepAliveTimeout, "the client is silent");
    }

    public void OnPacket(byte header, ReadOnlySpan<byte> body)
    {
        Volatile.Write(ref heardAt, context.Time.GetTimestamp());
        if (link.Outbound.WaitingBytes > overrun)
            throw new MqttProtocolException(MqttReasonCode.QuotaExceeded, "the client sends, but does not read the answers");
        if (packets is not null)
            packets.OnPacket(header, body);
        else
            OnFirstPacket((PacketType)(header >> 4), body);
    }

    public void OnProtocolError(MqttReasonCode reasonCode)
    {
        context.Counters.Add(BrokerCounters.Kind.ProtocolErrors);
        SayDisconnect(reasonCode);
        bool isTold = Version == MqttVersion.V5 || reasonCode == MqttReasonCode.UnsupportedProtocolVersion;
        if (connecting && isTold)
            link.Outbound.SendLast(new ConnackPacket { ReasonCode = reasonCode });
    }

    private void SayDisconnect(MqttReasonCode reasonCode, string? reason = null)
    {
        if (!isWelcome || Version != MqttVersion.V5)
            return;
        if (link.Outbound.SendLast(new DisconnectPacket(reasonCode, ReasonString: reason)) == SendResult.TooLarge)
            link.Outbound.SendLast(new DisconnectPacket(reasonCode));
    }

    private void OnFirstPacket(PacketType type, ReadOnlySpan<byte> body)
    {
        if (type != PacketType.Connect)
            throw MqttProtocolException.Protocol($"{type} before CONNECT");
        connecting = true;
        Version = ConnectPacket.AnswerVersion(body);
        link.Outbound.Version = Version;
        ConnectPacket connect = ConnectPacket.Parse(body);
        link.Outbound.PeerMaximumPacketSize = connect.MaximumPacketSize;
        aliases = new OutgoingAliases(Math.Min(connect.TopicAliasMaximum, context.Options.TopicAliasesPerClient));
        TimeSpan asked = TimeSpan.FromSeconds(connect.KeepAlive);
        allowedSilence = 1.5 * (Version == MqttVersion.V5 ? context.Options.KeepAlive ?? asked : asked);
        MqttReasonCode refusal = context.Access.Admit(connect, out BrokerUser? user);
        User = user;
        BrokerSession? session = refusal == MqttReasonCode.Success ? core.Connect(this, connect, out refusal) : null;
        connecting = false;
        if (session is not null)
            packets = new ClientPackets(this, session, connect, core, context);
        else
            Refuse(refusal);
        context.Counters.Add(
            session is not null ? BrokerCounters.Kind.ConnectionsAccepted : BrokerCounters.Kind.ConnectionsRefused);
    }

    private void Refuse(MqttReasonCode reasonCode)
    {
        // Version 3.1.1 has no code for a Will above the highest level, and where it has none there is no CONNACK (its section 3.2.2.3).
        if (Version == MqttVersion.V5 || reasonCode != MqttReasonCode.QosNotSupported)
            link.Outbound.SendLast(new ConnackPacket { ReasonCode = reasonCode });
        link.End(reasonCode, "refused");
    }
}
