namespace AnyEcg.Mqtt;

/// <summary>What the client keeps across its connections.</summary>
internal sealed class ClientSession
{
    /// <summary>Content types and response topics in use are few.</summary>
    private const int TextCacheSize = 256;

    private readonly PasswordSource password;

    public ClientSession(MqttClientOptions options, IMqttReceiver receiver, MqttCounters counters)
    {
        Options = options;
        Receiver = receiver;
        Counters = counters;
        ClientId = options.ClientId;
        password = new PasswordSource(options);
        PacketIds ids = new();
        Publishes = new PublishWindow(options.MaxPendingPublishes, options.MaxInFlight, ids, counters);
        Subscriptions = new SubscriptionBook(ids);
        Topics = new Utf8StringCache(options.TopicCacheSize);
        Texts = new Utf8StringCache(TextCacheSize);
    }

    public MqttClientOptions Options { get; }

    public IMqttReceiver Receiver { get; }

    public MqttCounters Counters { get; }

    /// <summary>The configured id, or the one the broker assigned.</summary>
    public string ClientId { get; set; }

    public PublishWindow Publishes { get; }

    public SubscriptionBook Subscriptions { get; }

    public UnreleasedMessages Unreleased { get; } = new();

    /// <summary>Receive loop only.</summary>
    public Utf8StringCache Topics { get; }

    /// <summary>Receive loop only.</summary>
    public Utf8StringCache Texts { get; }

    public ConnectPacket MakeConnect(MqttVersion version, bool cleanStart) =>
        version == MqttVersion.V5 ? MakeConnect(cleanStart) : MakeOldConnect(cleanStart);

    /// <summary>Whether the session outlives a DISCONNECT, so that only a clean connection ends it.</summary>
    public bool CanOnlyDiscard(MqttVersion version) => MakeConnect(version, true) is { Version: MqttVersion.V311, SessionExpiry: > 0 };

    public void Fail(MqttException reason)
    {
        Publishes.Close(reason);
        Subscriptions.Close(reason);
    }

    /// <summary>3.1.1: a session without an id, or that is not to be kept, must be clean; a password needs a user name.</summary>
    private ConnectPacket MakeOldConnect(bool cleanStart)
    {
        ConnectPacket packet = MakeConnect(cleanStart);
        uint expiry = ClientId.Length > 0 ? packet.SessionExpiry : 0;
        return packet with
        {
            Version = MqttVersion.V311,
            CleanStart = cleanStart || expiry == 0,
            SessionExpiry = expiry,
            UserName = Options.UserName ?? (packet.Password is null ? null : ""),
        };
    }

    private ConnectPacket MakeConnect(bool cleanStart) => new()
    {
        ClientId = ClientId,
        CleanStart = cleanStart,
        KeepAlive = (ushort)Math.Min(Seconds.From(Options.KeepAlive), ushort.MaxValue),
        UserName = Options.UserName,
        Password = password.Current(),
        SessionExpiry = Seconds.From(Options.SessionExpiry),
        TopicAliasMaximum = Options.TopicAliasMaximum,
        RequestResponseInformation = Options.RequestResponseInformation,
        ReceiveMaximum = Options.ReceiveMaximum,
        MaximumPacketSize = Options.MaximumPacketSize,
        Will = Options.Will,
        WillDelay = Seconds.From(Options.WillDelay),
    };
}
