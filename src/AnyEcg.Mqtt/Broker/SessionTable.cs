namespace AnyEcg.Mqtt;

/// <summary>The broker's sessions from their first CONNECT to their expiry, and their Wills. Broker lock only.</summary>
internal sealed class SessionTable(BrokerContext context, MessageRouter router)
{
    private readonly Dictionary<string, BrokerSession> sessions = [];
    private long assigned;

    public int Count => sessions.Count;

    public BrokerSession? Find(string clientId) => sessions.GetValueOrDefault(clientId);

    /// <summary>
    /// Gives the link its session, taking it over from an older connection; else says why not. Sends the CONNACK first, then what
    /// waited.
    /// </summary>
    public BrokerSession? Connect(BrokerLink link, ConnectPacket connect, out MqttReasonCode refusal)
    {
        string clientId = connect.ClientId.Length > 0 ? connect.ClientId : AssignId();
        refusal = MqttReasonCode.ClientIdentifierNotValid;
        if (Find(clientId) is { } existing && existing.Owner != link.User)
            return null;
        BrokerSession? session = TakeOver(clientId, connect.CleanStart);
        bool present = session is not null;
        refusal = MqttReasonCode.QuotaExceeded;
        if (session is null)
        {
            if (sessions.Count >= context.Options.MaxSessions)
                return null;
            session = new BrokerSession(clientId, link.User, context);
            sessions.Add(clientId, session);
        }

        TimeSpan expiry = Granted(connect.SessionExpiry);
        bool isLess = expiry < Seconds.ToInterval(connect.SessionExpiry);
        session.Attach(link, connect, expiry);
        link.Welcome(Greeting(connect, clientId) with { SessionPresent = present, SessionExpiry = isLess ? Seconds.From(expiry) : null });
        session.Resume();
        return session;
    }

    /// <summary>The connection is gone; a link whose session was taken over changes nothing.</summary>
    public void Disconnect(BrokerLink link, BrokerSession session, uint? newExpiry = null)
    {
        if (session.Link != link)
            return;
        session.Detach();
        if (newExpiry is { } seconds)
            session.Expiry = Granted(seconds);
        if (link.LeftInOrder)
            session.Will = null;
        if (session.Expiry == TimeSpan.Zero)
            End(session);
        else if (session.WillDelay == TimeSpan.Zero)
            PublishWill(session);
    }

    /// <summary>Publishes the Wills that are due and ends the sessions that have expired.</summary>
    public void Expire()
    {
        foreach (BrokerSession session in sessions.Values)
        {
            if (session.Link is not null)
                continue;
            TimeSpan away = context.Time.GetElapsedTime(session.LeftAt);
            if (away >= session.Expiry)
                End(session);
            else if (away >= session.WillDelay)
                PublishWill(session);
        }
    }

    /// <summary>The answer to a CONNECT, with the limits that hold for every client.</summary>
    private ConnackPacket Greeting(ConnectPacket connect, string clientId) => new()
    {
        AssignedClientId = connect.ClientId.Length > 0 ? null : clientId,
        ReceiveMaximum = context.Options.ReceiveMaximum,
        MaximumQos = (byte)context.Options.MaxQos,
        MaximumPacketSize = context.Options.MaxPacketSize,
        TopicAliasMaximum = context.Options.TopicAliasMaximum,
        ServerKeepAlive = context.Options.KeepAlive is { } keepAlive ? (ushort)Seconds.From(keepAlive) : null,
    };

    private TimeSpan Granted(uint seconds)
    {
        TimeSpan asked = Seconds.ToInterval(seconds);
        return asked < context.Options.MaxSessionExpiry ? asked : context.Options.MaxSessionExpiry;
    }

    private BrokerSession? TakeOver(string clientId, bool cleanStart)
    {
        BrokerSession? session = sessions.GetValueOrDefault(clientId);
        if (session is null)
            return null;
        if (session.Link is { } old)
        {
            old.Close(MqttReasonCode.SessionTakenOver, "taken over by a new connection");
            Disconnect(old, session);
        }
        else if (context.Time.GetElapsedTime(session.LeftAt) >= session.Expiry)
        {
            End(session);
        }

        if (cleanStart)
            End(session);
        return sessions.GetValueOrDefault(clientId);
    }

    private void End(BrokerSession session)
    {
        if (!sessions.Remove(session.ClientId))
            return;
        router.UnsubscribeAll(session);
        PublishWill(session);
        foreach (Delivery delivery in session.Clear())
            delivery.Group!.TryDeliver(delivery.Message);
    }

    private void PublishWill(BrokerSession session)
    {
        if (session.Will is not { } will)
            return;
        session.Will = null;
        context.Counters.Add(BrokerCounters.Kind.WillsPublished);
        router.Route(StoredMessage.From(will, context.Time), session);
    }

    private string AssignId()
    {
        string id;
        do
        {
            id = $"auto-{++assigned}";
        }
        while (sessions.ContainsKey(id));
        return id;
    }
}
