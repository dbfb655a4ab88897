namespace AnyEcg.Mqtt;

/// <summary>What a connection did since it was made, over all reconnects. Any thread may read; each value grows on its own.</summary>
public sealed class MqttCounters
{
    private readonly long[] values = new long[Enum.GetValues<Kind>().Length];

    internal enum Kind
    {
        Connects,
        ConnectFailures,
        ConnectionsLost,
        MessagesReceived,
        PayloadBytesReceived,
        AcksSent,
        AcksIgnored,
        ReceiveMaximumExceeded,
        TopicsCached,
        PublishesSent,
        PublishesResent,
        PublishesAcknowledged,
        PublishesRefused,
        PublishesDowngraded,
        RepeatsSuppressed,
        AcksUnknown,
        RejectionsUntold,
        ProtocolErrors,
        ProtocolFallbacks,
        TakenOver,
        Contested,
        ServersFollowed,
    }

    /// <summary>Successful connects, the first included.</summary>
    public long Connects => Get(Kind.Connects);

    /// <summary>Attempts that did not get as far as a successful CONNACK.</summary>
    public long ConnectFailures => Get(Kind.ConnectFailures);

    /// <summary>Connections that ended other than by a stop.</summary>
    public long ConnectionsLost => Get(Kind.ConnectionsLost);

    /// <summary>Messages handed to the receiver; QoS 1 duplicates included.</summary>
    public long MessagesReceived => Get(Kind.MessagesReceived);

    public long PayloadBytesReceived => Get(Kind.PayloadBytesReceived);

    /// <summary>PUBACKs and PUBRECs sent.</summary>
    public long AcksSent => Get(Kind.AcksSent);

    /// <summary>Acknowledgements without effect: tokens of earlier or ending connections, or used twice.</summary>
    public long AcksIgnored => Get(Kind.AcksIgnored);

    /// <summary>Messages that the broker sent beyond our Receive Maximum.</summary>
    public long ReceiveMaximumExceeded => Get(Kind.ReceiveMaximumExceeded);

    /// <summary>Times a topic's string had to be made: steadily growing means the cache is too small.</summary>
    public long TopicsCached => Get(Kind.TopicsCached);

    /// <summary>PUBLISH packets handed to the socket's buffer, repeats included.</summary>
    public long PublishesSent => Get(Kind.PublishesSent);

    /// <summary>QoS 1 and 2 messages taken up again after a reconnect.</summary>
    public long PublishesResent => Get(Kind.PublishesResent);

    /// <summary>QoS 1 and 2 messages that the broker took.</summary>
    public long PublishesAcknowledged => Get(Kind.PublishesAcknowledged);

    /// <summary>QoS 1 and 2 messages that the broker, or a limit it announced, refused.</summary>
    public long PublishesRefused => Get(Kind.PublishesRefused);

    /// <summary>QoS 2 messages that a 3.1.1 broker took at QoS 1, as RabbitMQ does.</summary>
    public long PublishesDowngraded => Get(Kind.PublishesDowngraded);

    /// <summary>Repeats of QoS 2 messages, which were acknowledged and not delivered again.</summary>
    public long RepeatsSuppressed => Get(Kind.RepeatsSuppressed);

    /// <summary>Acknowledgements and releases from the broker for messages that are not on their way; usual after a reconnect.</summary>
    public long AcksUnknown => Get(Kind.AcksUnknown);

    /// <summary>Rejected messages that a 3.1.1 broker had to be told were taken, for want of a word.</summary>
    public long RejectionsUntold => Get(Kind.RejectionsUntold);

    /// <summary>Connections that we ended because the broker broke the protocol or a limit of ours.</summary>
    public long ProtocolErrors => Get(Kind.ProtocolErrors);

    /// <summary>Times MQTT 5 was given up for 3.1.1.</summary>
    public long ProtocolFallbacks => Get(Kind.ProtocolFallbacks);

    /// <summary>Connections that another client with our id took over (0x8E).</summary>
    public long TakenOver => Get(Kind.TakenOver);

    /// <summary>Long waits because the broker kept closing young connections without a word.</summary>
    public long Contested => Get(Kind.Contested);

    /// <summary>Times the client went to another server, as the broker told it.</summary>
    public long ServersFollowed => Get(Kind.ServersFollowed);

    internal void Add(Kind kind, long count = 1) => Interlocked.Add(ref values[(int)kind], count);

    private long Get(Kind kind) => Volatile.Read(ref values[(int)kind]);
}
