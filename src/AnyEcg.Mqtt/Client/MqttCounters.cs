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
    }

    /// <summary>Successful connects, the first included.</summary>
    public long Connects => Get(Kind.Connects);

    /// <summary>Attempts that did not get as far as a successful CONNACK.</summary>
    public long ConnectFailures => Get(Kind.ConnectFailures);

    /// <summary>Connections that ended other than by a stop.</summary>
    public long ConnectionsLost => Get(Kind.ConnectionsLost);

    /// <summary>Messages handed to the receiver, duplicates included.</summary>
    public long MessagesReceived => Get(Kind.MessagesReceived);

    public long PayloadBytesReceived => Get(Kind.PayloadBytesReceived);

    /// <summary>PUBACKs sent.</summary>
    public long AcksSent => Get(Kind.AcksSent);

    /// <summary>Acknowledgements without effect: tokens of earlier or ending connections, or used twice.</summary>
    public long AcksIgnored => Get(Kind.AcksIgnored);

    /// <summary>Messages that the broker sent beyond our Receive Maximum.</summary>
    public long ReceiveMaximumExceeded => Get(Kind.ReceiveMaximumExceeded);

    /// <summary>Times a topic's string had to be made: steadily growing means the cache is too small.</summary>
    public long TopicsCached => Get(Kind.TopicsCached);

    /// <summary>PUBLISH packets handed to the socket's buffer, repeats included.</summary>
    public long PublishesSent => Get(Kind.PublishesSent);

    /// <summary>Of those, repeats after a reconnect.</summary>
    public long PublishesResent => Get(Kind.PublishesResent);

    /// <summary>QoS 1 messages that the broker took.</summary>
    public long PublishesAcknowledged => Get(Kind.PublishesAcknowledged);

    /// <summary>QoS 1 messages that the broker, or a limit it announced, refused.</summary>
    public long PublishesRefused => Get(Kind.PublishesRefused);

    internal void Add(Kind kind, long count = 1) => Interlocked.Add(ref values[(int)kind], count);

    private long Get(Kind kind) => Volatile.Read(ref values[(int)kind]);
}
