using System.Net;

namespace AnyEcg.Mqtt;

/// <summary>Settings and limits of the embedded broker. It is made for demo, development and tests, not for the open network.</summary>
public sealed class EmbeddedBrokerOptions
{
    /// <summary>Loopback by default: the broker has no TLS, and by default no authentication.</summary>
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>0: any free port; see <see cref="EmbeddedBroker.Port"/>.</summary>
    public int Port { get; set; }

    /// <summary>Largest packet accepted, bytes; a larger one closes the connection (0x95) before it is buffered.</summary>
    public uint MaxPacketSize { get; set; } = 1 << 20;

    /// <summary>QoS 1 messages waiting per session, online or offline; the newest is dropped and counted beyond it.</summary>
    public int MaxQueuedPerClient { get; set; } = 10_000;

    /// <summary>Bytes of those messages per session; the newest is dropped and counted beyond it.</summary>
    public long MaxQueuedBytesPerClient { get; set; } = 64 << 20;

    /// <summary>Unacknowledged QoS 1 messages per client at a time, if the client allows as many.</summary>
    public ushort MaxInFlightPerClient { get; set; } = 1024;

    /// <summary>Bytes waiting for a client's socket above which its QoS 0 messages are dropped and counted.</summary>
    public int OutboundLimitPerClient { get; set; } = 1 << 20;

    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Sessions with and without a connection; a new client beyond it is refused (0x97).</summary>
    public int MaxSessions { get; set; } = 20_000;

    public int MaxSubscriptionsPerClient { get; set; } = 1_000;

    /// <summary>Retained messages; a new topic beyond it is forwarded but not retained, and counted.</summary>
    public int MaxRetained { get; set; } = 100_000;

    /// <summary>Cap of the Session Expiry Interval that clients ask for.</summary>
    public TimeSpan MaxSessionExpiry { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a new connection may take to send its CONNECT.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often expiries, Wills and keep-alives are looked at.</summary>
    public TimeSpan MaintenanceInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Server Keep Alive: overrides what clients ask for; null leaves it to them.</summary>
    public TimeSpan? KeepAlive { get; set; }

    /// <summary>Decides on client id, user name and password at CONNECT; null admits everyone. Any thread.</summary>
    public Func<string, string?, string?, bool>? Authenticate { get; set; }
}
