using System.Security.Cryptography.X509Certificates;

namespace AnyEcg.Mqtt;

/// <summary>Settings of one client connection.</summary>
public sealed class MqttClientOptions
{
    /// <summary>No timer can wait for ever, and 16 times this must still be within one's reach.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    public string Host { get; set; } = "127.0.0.1";

    /// <summary>1 to 65,535; 8883 is usual with TLS.</summary>
    public int Port { get; set; } = 1883;

    public MqttVersionChoice ProtocolVersion { get; set; }

    /// <summary>
    /// Names the session at the broker. Empty: the broker assigns one, which is then kept for reconnects; under 3.1.1, which
    /// does not tell it, every connection is then a new session.
    /// </summary>
    public string ClientId { get; set; } = "";

    public string? UserName { get; set; }

    public string? Password { get; set; }

    /// <summary>File whose first line is the password, read anew for every connection; wins over <see cref="Password"/>. Null: none.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>TLS; the broker's certificate must name <see cref="Host"/> and lead to a trusted authority.</summary>
    public bool UseTls { get; set; }

    /// <summary>Authorities trusted instead of the system's, for a site with one of its own. Null: the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; set; }

    /// <summary>Authorities and the client's own certificate from files, read anew for every connection; wins over <see cref="TrustedRoots"/>. Null: none.</summary>
    public TlsCertificates? Certificates { get; set; }

    /// <summary>Path (and query) of the WebSocket that carries MQTT, e.g. <c>/mqtt</c>; null: plain TCP.</summary>
    public string? WebSocketPath { get; set; }

    /// <summary>
    /// Discard an older session at the first connect; reconnects always resume. Under 3.1.1 a connection of its own does that.
    /// Without it a QoS 2 publish can be taken for the repeat of one that an earlier process left unfinished.
    /// </summary>
    public bool CleanStart { get; set; }

    /// <summary>
    /// How long the broker keeps the session without a connection; at least the outage budget. Whole seconds. Under 3.1.1 only
    /// zero (not at all) differs from the rest (as the broker likes).
    /// </summary>
    public TimeSpan SessionExpiry { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Longest silence on the wire, 1 s to 65,535 s; the broker may override it. Zero: no keep-alive.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Most unacknowledged messages of QoS 1 and 2 that the broker may send at a time; the back-pressure valve. 1 to 65,535. A broker
    /// that sends more is borne and counted, up to 65,535. Version 3.1.1 cannot tell the broker: there it has no effect.
    /// </summary>
    public ushort ReceiveMaximum { get; set; } = 1024;

    /// <summary>
    /// Largest packet accepted, bytes; a larger one closes the connection (0x95) before it is buffered. A 3.1.1 broker is not
    /// told, and may send the same one again after every reconnect: make it as large there as the broker's own limit.
    /// </summary>
    public uint MaximumPacketSize { get; set; } = 1 << 20;

    /// <summary>
    /// Receive on a thread of its own, where the connection is plain TCP: the least processor time for a connection that receives much.
    /// Acknowledgements that other threads give may then be sent up to 5 ms later. Not for many connections in one process.
    /// </summary>
    public bool ReceiveOnOwnThread { get; set; }

    /// <summary>Topic aliases that the broker may use towards us; 0: none. Each keeps one topic name for the connection.</summary>
    public ushort TopicAliasMaximum { get; set; }

    /// <summary>
    /// Topics that get an alias when published on, first come, as far as the broker allows; 0: none. Worth it where topic names
    /// are long beside their payloads.
    /// </summary>
    public ushort MaxTopicAliases { get; set; }

    /// <summary>Ask the broker for a basis of response topics; <see cref="MqttConnectionChange.ResponseInformation"/>.</summary>
    public bool RequestResponseInformation { get; set; }

    /// <summary>Budget for the lookup of the host name, TCP, TLS and CONNACK together; at most a day.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Upper end of the first back-off interval; it doubles with every failed attempt.</summary>
    public TimeSpan ReconnectMin { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Cap of the back-off interval, at most a day; a connection that outlived the interval reached resets it.</summary>
    public TimeSpan ReconnectMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What to do after a takeover (0x8E).</summary>
    public MqttTakeOver OnTakenOver { get; set; }

    /// <summary>Upper end of the first wait after a takeover, at most a day; it doubles with each further one, four times at most.</summary>
    public TimeSpan TakenOverDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Young connections closed by the broker without a word, in a row, after which the client id counts as contested and the
    /// waits are those of <see cref="ReconnectMax"/>. 0: never.
    /// </summary>
    public int ContestedAfter { get; set; } = 4;

    /// <summary>
    /// Go where the broker says (0x9C, 0x9D). Off: whoever can speak for the broker could otherwise draw the client, with its
    /// credentials, to any host. The certificate is checked against the new name.
    /// </summary>
    public bool FollowServerReference { get; set; }

    /// <summary>Seed of the back-off's jitter; null: derived from the client id, so that a fleet spreads out (one without ids does not).</summary>
    public int? JitterSeed { get; set; }

    /// <summary>Most QoS 1 and 2 messages waiting for their last acknowledgement or to be sent; a further publish is refused (0x97).</summary>
    public int MaxPendingPublishes { get; set; } = 65_536;

    /// <summary>Most of them on their way at a time, if the broker's Receive Maximum allows as many.</summary>
    public ushort MaxInFlight { get; set; } = 1024;

    /// <summary>Bytes waiting for the socket above which QoS 0 publishes wait.</summary>
    public int OutboundLimit { get; set; } = 1 << 20;

    /// <summary>Distinct topics whose strings are kept (the double of it at most); with more in use, strings are made again.</summary>
    public int TopicCacheSize { get; set; } = 16_384;

    /// <summary>Published by the broker when the connection is lost without a DISCONNECT.</summary>
    public MqttMessage? Will { get; set; }

    /// <summary>How long the broker waits for a reconnect before it publishes the Will. Whole seconds; not under 3.1.1.</summary>
    public TimeSpan WillDelay { get; set; }

    /// <summary>The same settings for another server.</summary>
    internal MqttClientOptions At(string host, int port)
    {
        MqttClientOptions copy = (MqttClientOptions)MemberwiseClone();
        (copy.Host, copy.Port) = (host, port);
        return copy;
    }

    /// <summary>Throws <see cref="ArgumentException"/> at the first setting that cannot work.</summary>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Host);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfZero(ReceiveMaximum);
        ArgumentOutOfRangeException.ThrowIfZero(MaximumPacketSize);
        ArgumentOutOfRangeException.ThrowIfZero(MaxInFlight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxPendingPublishes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(OutboundLimit);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(TopicCacheSize);
        ArgumentOutOfRangeException.ThrowIfNegative(KeepAlive.Ticks, nameof(KeepAlive));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Seconds.From(KeepAlive), ushort.MaxValue, nameof(KeepAlive));
        ArgumentOutOfRangeException.ThrowIfNegative(SessionExpiry.Ticks, nameof(SessionExpiry));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ConnectTimeout.Ticks, nameof(ConnectTimeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ConnectTimeout, LongestWait);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ReconnectMin.Ticks, nameof(ReconnectMin));
        ArgumentOutOfRangeException.ThrowIfLessThan(ReconnectMax, ReconnectMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ReconnectMax, LongestWait);
        ArgumentOutOfRangeException.ThrowIfNegative(ContestedAfter);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(TakenOverDelay.Ticks, nameof(TakenOverDelay));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(TakenOverDelay, LongestWait);
        ArgumentOutOfRangeException.ThrowIfNegative(WillDelay.Ticks, nameof(WillDelay));
        if (!Enum.IsDefined(ProtocolVersion) || !Enum.IsDefined(OnTakenOver))
            throw new ArgumentException("a setting has a value that does not exist");
        if (WebSocketPath is { } path && !path.StartsWith('/'))
            throw new ArgumentException("the path of a WebSocket begins with a slash");
        foreach (string? text in new[] { ClientId, UserName, Password })
        {
            if (!MessageRules.IsEncodable(text))
                throw new ArgumentException("client id, user name or password has no UTF-8 form of at most 65,535 bytes");
        }

        if (Will is not null)
            MessageRules.Check(Will);
        if (Will?.Payload.Length > ushort.MaxValue)
            throw new ArgumentException("the Will's payload is longer than 65,535 bytes");
    }
}
