using System.Net;

namespace AnyEcg.Mqtt;

/// <summary>Settings and limits of the embedded broker. It is made for demo, development and tests, not for the open network.</summary>
public sealed class EmbeddedBrokerOptions
{
    /// <summary>Of the plain port. Loopback by default: it has no TLS, and by default no authentication.</summary>
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>The plain port. 0: any free one, see <see cref="EmbeddedBroker.Port"/>; null: none, only <see cref="Listeners"/>.</summary>
    public int? Port { get; set; } = 0;

    /// <summary>Further ports: TLS, WebSocket, both.</summary>
    public IReadOnlyList<BrokerListenerOptions> Listeners { get; set; } = [];

    /// <summary>Largest packet accepted, bytes; a larger one closes the connection (0x95) before it is buffered.</summary>
    public uint MaxPacketSize { get; set; } = 1 << 20;

    /// <summary>The highest level of publishes; subscriptions are granted no more. A publish or a Will above it is refused (0x9B).</summary>
    public MqttQos MaxQos { get; set; } = MqttQos.ExactlyOnce;

    /// <summary>
    /// Receive Maximum: QoS 2 publishes of one client that are not completed, at a time; one more closes the connection (0x93).
    /// QoS 1 is acknowledged at once and never counts. Version 3.1.1 clients cannot know it: theirs are limited by their packet
    /// identifiers only.
    /// </summary>
    public ushort ReceiveMaximum { get; set; } = 1024;

    /// <summary>Topic aliases that a client may define on its connection; 0: none.</summary>
    public ushort TopicAliasMaximum { get; set; } = 64;

    /// <summary>Topic aliases used towards a client, if it allows as many; the first topics sent get them. 0: none.</summary>
    public ushort TopicAliasesPerClient { get; set; } = 64;

    /// <summary>Messages of QoS 1 and 2 waiting per session, online or offline; the newest is dropped and counted beyond it.</summary>
    public int MaxQueuedPerClient { get; set; } = 10_000;

    /// <summary>Bytes of those messages per session and of those in flight; the newest is dropped and counted beyond it.</summary>
    public long MaxQueuedBytesPerClient { get; set; } = 64 << 20;

    /// <summary>Unacknowledged messages of QoS 1 and 2 per client at a time, if the client allows as many.</summary>
    public ushort MaxInFlightPerClient { get; set; } = 1024;

    /// <summary>Bytes waiting for a client's socket above which its QoS 0 messages are dropped and counted.</summary>
    public int OutboundLimitPerClient { get; set; } = 1 << 20;

    /// <summary>Connections, those still in a handshake included; one more is closed and counted.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Sessions with and without a connection; a new client beyond it is refused (0x97).</summary>
    public int MaxSessions { get; set; } = 20_000;

    /// <summary>Longest client id, characters; a longer one is refused (0x85).</summary>
    public int MaxClientIdLength { get; set; } = 256;

    /// <summary>Topic filters per session; one more is refused (0x97) and counted.</summary>
    public int MaxSubscriptionsPerClient { get; set; } = 1_000;

    /// <summary>Retained messages; a new topic beyond it is forwarded but not retained, and counted.</summary>
    public int MaxRetained { get; set; } = 100_000;

    /// <summary>Bytes of retained messages; one that does not fit is forwarded but not retained, and counted.</summary>
    public long MaxRetainedBytes { get; set; } = 256 << 20;

    /// <summary>Cap of the Session Expiry Interval that clients ask for, and the expiry of the lasting sessions of version 3.1.1.</summary>
    public TimeSpan MaxSessionExpiry { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a new connection may take for TLS and WebSocket, and then for its CONNECT.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often expiries, Wills and keep-alives are looked at.</summary>
    public TimeSpan MaintenanceInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Server Keep Alive: overrides what version 5 clients ask for; null leaves it to them.</summary>
    public TimeSpan? KeepAlive { get; set; }

    /// <summary>Decides on client id, user name and password at CONNECT; null admits everyone. Any thread.</summary>
    public Func<string, string?, string?, bool>? Authenticate { get; set; }

    /// <summary>Who may connect, and what each may publish and subscribe to. Empty: everyone, everything.</summary>
    public IReadOnlyList<BrokerUser> Users { get; set; } = [];

    /// <summary>The plain port, where there is one, and the further ones.</summary>
    internal IEnumerable<BrokerListenerOptions> AllListeners() => Port is { } port
        ? [new BrokerListenerOptions { Address = Address, Port = port }, .. Listeners]
        : Listeners;

    /// <summary>Throws <see cref="ArgumentException"/> at the first setting that cannot work.</summary>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfZero(MaxPacketSize);
        ArgumentOutOfRangeException.ThrowIfZero(ReceiveMaximum);
        ArgumentOutOfRangeException.ThrowIfZero(MaxInFlightPerClient);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(OutboundLimitPerClient);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ConnectTimeout.Ticks, nameof(ConnectTimeout));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaintenanceInterval.Ticks, nameof(MaintenanceInterval));
        if (!AllListeners().Any())
            throw new ArgumentException("the broker has no port");
        if (Listeners.Any(listener => listener is { RequireClientCertificate: true, Certificate: null }))
            throw new ArgumentException("a port that asks for client certificates has none of its own, and so no TLS");
        if (KeepAlive is { } keepAlive && Seconds.From(keepAlive) is 0 or > ushort.MaxValue)
            throw new ArgumentException("the keep-alive is not within 1 to 65,535 seconds");
        if (Users.DistinctBy(user => user.Name).Count() != Users.Count)
            throw new ArgumentException("two users of the same name");
        foreach (string filter in Users.SelectMany(user => user.MayPublish.Concat(user.MaySubscribe)))
        {
            if (!MqttTopic.IsValidFilter(filter) || MqttTopic.IsShared(filter))
                throw new ArgumentException($"'{filter}' is not a topic filter");
        }
    }
}
