namespace AnyEcg.Mqtt;

/// <summary>
/// All state of the broker behind one lock, as its links see it: routing one message takes a microsecond or two. A packet that a
/// link had already read when another one took its session over no longer counts: at QoS 2 it could be a repeat of what the newer
/// link has released since.
/// </summary>
internal sealed class BrokerCore
{
    private readonly Lock gate = new();
    private readonly BrokerContext context;
    private readonly MessageRouter router;
    private readonly SessionTable sessions;
    private readonly SubscriptionDesk subscriptions;
    private readonly PublishDesk publishes;
    private readonly HashSet<BrokerLink> links = [];

    public BrokerCore(BrokerContext context)
    {
        this.context = context;
        router = new MessageRouter(context);
        sessions = new SessionTable(context, router);
        subscriptions = new SubscriptionDesk(context, router);
        publishes = new PublishDesk(context, router);
    }

    public int SessionCount
    {
        get
        {
            lock (gate)
                return sessions.Count;
        }
    }

    public int RetainedCount
    {
        get
        {
            lock (gate)
                return router.RetainedCount;
        }
    }

    /// <summary>Messages of QoS 1 and 2 that wait for a client, or for its answer.</summary>
    public int PendingOf(string clientId)
    {
        lock (gate)
            return sessions.Find(clientId)?.Pending ?? 0;
    }

    public void Add(BrokerLink link)
    {
        lock (gate)
            links.Add(link);
    }

    /// <summary>A link has ended.</summary>
    public void Remove(BrokerLink link)
    {
        lock (gate)
            links.Remove(link);
        if (link.Session is { } session)
            Leave(link, session, null);
    }

    /// <summary>The client has gone, or said that it goes: from now on its messages wait.</summary>
    /// <param name="link">Its link.</param>
    /// <param name="session">Stays as it is when another link has taken it over.</param>
    /// <param name="expiry">Session Expiry Interval of its DISCONNECT; null: that of its CONNECT stays.</param>
    public void Leave(BrokerLink link, BrokerSession session, uint? expiry)
    {
        lock (gate)
            sessions.Disconnect(link, session, expiry);
    }

    public BrokerLink[] Links()
    {
        lock (gate)
            return [.. links];
    }

    /// <summary>Gives an admitted link its session and sends the CONNACK; null: there is a reason against it, and nothing was sent.</summary>
    public BrokerSession? Connect(BrokerLink link, ConnectPacket connect, out MqttReasonCode refusal)
    {
        lock (gate)
            return sessions.Connect(link, connect, out refusal);
    }

    /// <summary>Routes a message and sends the acknowledgement of its level. Throws where the client breaks a limit.</summary>
    public void Publish(BrokerLink link, BrokerSession publisher, in PublishPacket packet, string topic)
    {
        StoredMessage message = StoredMessage.From(packet, topic, context.Time);
        lock (gate)
        {
            if (publisher.Link == link)
                publishes.OnPublish(link, publisher, message, packet.PacketId);
        }
    }

    /// <summary>PUBREL: the client will not send this QoS 2 message again.</summary>
    public void Release(BrokerLink link, BrokerSession publisher, ushort packetId)
    {
        lock (gate)
        {
            if (publisher.Link == link)
                PublishDesk.OnPubrel(link, publisher, packetId);
        }
    }

    /// <summary>PUBACK, PUBREC or PUBCOMP.</summary>
    public void Answer(BrokerLink link, BrokerSession session, in AckPacket packet)
    {
        lock (gate)
        {
            if (session.Link == link)
                session.OnAnswer(link, packet);
        }
    }

    public void Subscribe(BrokerLink link, BrokerSession session, SubscribePacket packet)
    {
        lock (gate)
        {
            if (session.Link == link)
                subscriptions.Subscribe(link, session, packet);
        }
    }

    public void Unsubscribe(BrokerLink link, BrokerSession session, UnsubscribePacket packet)
    {
        lock (gate)
        {
            if (session.Link == link)
                subscriptions.Unsubscribe(link, session, packet);
        }
    }

    /// <summary>Ends what has run out: silent links, Wills, sessions, retained messages.</summary>
    public void Maintain()
    {
        foreach (BrokerLink link in Links())
            link.CheckSilence();
        lock (gate)
        {
            sessions.Expire();
            router.RemoveExpired();
        }
    }
}
