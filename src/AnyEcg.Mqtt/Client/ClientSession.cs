namespace AnyEcg.Mqtt;

/// <summary>What the client keeps across its connections.</summary>
internal sealed class ClientSession
{
    /// <summary>Content types and response topics in use are few.</summary>
    private const int TextCacheSize = 256;

    public ClientSession(MqttClientOptions options, IMqttReceiver receiver, MqttCounters counters)
    {
        Options = options;
        Receiver = receiver;
        Counters = counters;
        ClientId = options.ClientId;
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

    /// <summary>Receive loop only.</summary>
    public Utf8StringCache Topics { get; }

    /// <summary>Receive loop only.</summary>
    public Utf8StringCache Texts { get; }

    public ConnectPacket MakeConnect(bool cleanStart) => new()
    {
        ClientId = ClientId,
        CleanStart = cleanStart,
        KeepAlive = (ushort)Math.Min(Seconds.From(Options.KeepAlive), ushort.MaxValue),
        UserName = Options.UserName,
        Password = Options.Password,
        SessionExpiry = Seconds.From(Options.SessionExpiry),
        ReceiveMaximum = Options.ReceiveMaximum,
        MaximumPacketSize = Options.MaximumPacketSize,
        Will = Options.Will,
        WillDelay = Seconds.From(Options.WillDelay),
    };

    public void Fail(MqttException reason)
    {
        Publishes.Close(reason);
        Subscriptions.Close(reason);
    }
}
