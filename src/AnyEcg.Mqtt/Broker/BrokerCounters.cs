namespace AnyEcg.Mqtt;

/// <summary>
/// What the broker did since it was made; any thread may read. Deliveries are accounted for one by one: matched = sent first time
/// + dropped + moved + waiting in queues.
/// </summary>
public sealed class BrokerCounters
{
    private readonly long[] values = new long[Enum.GetValues<Kind>().Length];

    internal enum Kind
    {
        ConnectionsAccepted,
        ConnectionsRefused,
        HandshakesFailed,
        ProtocolErrors,
        MessagesReceived,
        DeliveriesMatched,
        DeliveriesSent,
        DeliveriesResent,
        DroppedQueueFull,
        DroppedSlowClient,
        DroppedOffline,
        DroppedExpired,
        DroppedTooLarge,
        DroppedSessionEnded,
        DeliveriesMoved,
        PublishesRefused,
        SubscriptionsRefused,
        RetainRefused,
        WillsPublished,
    }

    /// <summary>Clients that got a successful CONNACK.</summary>
    public long ConnectionsAccepted => Get(Kind.ConnectionsAccepted);

    public long ConnectionsRefused => Get(Kind.ConnectionsRefused);

    /// <summary>TLS or WebSocket handshakes that failed or took too long.</summary>
    public long HandshakesFailed => Get(Kind.HandshakesFailed);

    /// <summary>Links closed because the client broke the protocol or a limit.</summary>
    public long ProtocolErrors => Get(Kind.ProtocolErrors);

    /// <summary>PUBLISH packets received, and Wills.</summary>
    public long MessagesReceived => Get(Kind.MessagesReceived);

    /// <summary>Pairs of message and subscriber, retained messages included.</summary>
    public long DeliveriesMatched => Get(Kind.DeliveriesMatched);

    public long DeliveriesSent => Get(Kind.DeliveriesSent);

    /// <summary>Sent once more after a reconnect.</summary>
    public long DeliveriesResent => Get(Kind.DeliveriesResent);

    /// <summary>QoS 1 or 2, the session's queue was full: the newest is dropped.</summary>
    public long DroppedQueueFull => Get(Kind.DroppedQueueFull);

    /// <summary>QoS 0, the client does not read fast enough.</summary>
    public long DroppedSlowClient => Get(Kind.DroppedSlowClient);

    /// <summary>QoS 0, the client is away.</summary>
    public long DroppedOffline => Get(Kind.DroppedOffline);

    public long DroppedExpired => Get(Kind.DroppedExpired);

    /// <summary>Larger than the client accepts.</summary>
    public long DroppedTooLarge => Get(Kind.DroppedTooLarge);

    /// <summary>Still queued when their session ended.</summary>
    public long DroppedSessionEnded => Get(Kind.DroppedSessionEnded);

    /// <summary>Not sent when the session ended, and given to another member of its shared subscription, where they match anew.</summary>
    public long DeliveriesMoved => Get(Kind.DeliveriesMoved);

    /// <summary>Published where the user may not, or with a packet identifier in use: not routed.</summary>
    public long PublishesRefused => Get(Kind.PublishesRefused);

    /// <summary>Topic filters answered with a failure.</summary>
    public long SubscriptionsRefused => Get(Kind.SubscriptionsRefused);

    /// <summary>Forwarded, but not retained for want of room.</summary>
    public long RetainRefused => Get(Kind.RetainRefused);

    public long WillsPublished => Get(Kind.WillsPublished);

    internal void Add(Kind kind, long count = 1) => Interlocked.Add(ref values[(int)kind], count);

    private long Get(Kind kind) => Volatile.Read(ref values[(int)kind]);
}
