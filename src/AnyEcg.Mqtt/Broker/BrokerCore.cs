namespace AnyEcg.Mqtt;

/// <summary>All state of the broker behind one lock, as its links see it: routing one message takes a microsecond or two.</summary>
internal sealed class BrokerCore
{
    private readonly Lock gate = new();
    private readonly BrokerContext context;
    private readonly MessageRouter router;
    private readonly SessionTable sessions;
    private readonly HashSet<BrokerLink> links = [];

    public BrokerCore(BrokerContext context)
    {
        this.context = context;
        router = new MessageRouter(context);
        sessions = new SessionTable(context, router);
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

    /// <summary>QoS 1 messages that wait for a client, or for its PUBACK.</summary>
    public int PendingOf(string clientId)
    {
        lock (gate)
            return sessions.Find(clientId)?.Pending ?? 0;
    }

    /// <summary>False: too many connections.</summary>
    public bool TryAdd(BrokerLink link)
    {
        lock (gate)
            return links.Count < context.Options.MaxConnections && links.Add(link);
    }

    /// <summary>A link has ended.</summary>
    public void Remove(BrokerLink link)
    {
        lock (gate)
            links.Remove(link);
        if (link.Session is { } session)
            Leave(link, session);
    }

    /// <summary>The client has gone, or said that it goes: from now on its messages wait.</summary>
    public void Leave(BrokerLink link, BrokerSession session)
    {
        lock (gate)
            sessions.Disconnect(link, session);
    }

    public BrokerLink[] Links()
    {
        lock (gate)
            return [.. links];
    }

    /// <summary>Gives the link its session, or refuses it; sends the CONNACK in either case.</summary>
    public BrokerSession? Connect(BrokerLink link, ConnectPacket connect)
    {
        MqttReasonCode refusal = Refusal(connect);
        BrokerSession? session = null;
        if (refusal == MqttReasonCode.Success)
        {
            lock (gate)
                session = sessions.Connect(link, connect);
            refusal = MqttReasonCode.QuotaExceeded;
        }

        if (session is null)
        {
            context.Counters.Add(BrokerCounters.Kind.ConnectionsRefused);
            link.Outbound.Send(new ConnackPacket { ReasonCode = refusal });
            link.End(refusal, "refused");
            return null;
        }

        context.Counters.Add(BrokerCounters.Kind.ConnectionsAccepted);
        return session;
    }

    /// <summary>Routes a message; returns the reason code for its PUBACK.</summary>
    public MqttReasonCode Publish(BrokerSession publisher, StoredMessage message)
    {
        lock (gate)
            return router.Route(message, publisher) > 0 ? MqttReasonCode.Success : MqttReasonCode.NoMatchingSubscribers;
    }

    public void Acknowledge(BrokerSession session, ushort packetId)
    {
        lock (gate)
            session.Acknowledge(packetId);
    }

    public void Subscribe(BrokerLink link, BrokerSession session, SubscribePacket packet)
    {
        lock (gate)
        {
            HashSet<string> known = [.. session.Subscriptions.Keys];
            MqttReasonCode[] codes = [.. packet.Subscriptions.Select(s => router.Subscribe(session, s))];
            link.Outbound.Send(new SubackPacket(PacketType.Suback, packet.PacketId, codes));
            for (int i = 0; i < codes.Length; i++)
            {
                MqttSubscription wanted = packet.Subscriptions[i];
                bool asked = wanted.RetainHandling == MqttRetainHandling.Always
                    || (wanted.RetainHandling == MqttRetainHandling.OnlyIfNew && !known.Contains(wanted.Filter));
                if (asked && codes[i] < MqttReasonCode.UnspecifiedError)
                    router.SendRetained(session, session.Subscriptions[wanted.Filter]);
            }
        }
    }

    public void Unsubscribe(BrokerLink link, BrokerSession session, UnsubscribePacket packet)
    {
        lock (gate)
        {
            MqttReasonCode[] codes = [.. packet.Filters.Select(filter => router.Unsubscribe(session, filter))];
            link.Outbound.Send(new SubackPacket(PacketType.Unsuback, packet.PacketId, codes));
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

    private MqttReasonCode Refusal(ConnectPacket connect)
    {
        if (connect.AuthenticationMethod is not null)
            return MqttReasonCode.BadAuthenticationMethod;
        if (context.Options.Authenticate is { } authenticate && !authenticate(connect.ClientId, connect.UserName, connect.Password))
            return MqttReasonCode.BadUserNameOrPassword;
        return MqttReasonCode.Success;
    }
}
