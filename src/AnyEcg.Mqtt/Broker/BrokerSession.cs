namespace AnyEcg.Mqtt;

/// <summary>What the broker keeps of one client id, with or without a connection. Broker lock only.</summary>
internal sealed class BrokerSession
{
    private readonly BrokerContext context;
    private readonly DeliveryQueue queue;
    private int receiveMaximum;

    public BrokerSession(string clientId, BrokerUser? owner, BrokerContext context)
    {
        this.context = context;
        ClientId = clientId;
        Owner = owner;
        queue = new DeliveryQueue(context);
    }

    public string ClientId { get; }

    /// <summary>Who made it, and alone may resume it; null: no users are listed.</summary>
    public BrokerUser? Owner { get; }

    /// <summary>Null while the client is away.</summary>
    public BrokerLink? Link { get; private set; }

    /// <summary>As granted, by filter.</summary>
    public Dictionary<string, MqttSubscription> Subscriptions { get; } = [];

    public ReceivedIds Received { get; } = new();

    /// <summary>Null: none, or already dealt with.</summary>
    public MqttMessage? Will { get; set; }

    public TimeSpan WillDelay { get; private set; }

    public TimeSpan Expiry { get; set; }

    /// <summary>When the client left, on the broker's clock.</summary>
    public long LeftAt { get; private set; }

    /// <summary>Marks the routing of one message, so that a client with several matching filters gets it once.</summary>
    public long RoutingStamp { get; set; }

    /// <summary>Its place among the targets of the message last marked.</summary>
    public int RoutingIndex { get; set; }

    /// <summary>Messages of QoS 1 and 2 waiting or not completed.</summary>
    public int Pending => queue.Count;

    public void Attach(BrokerLink link, ConnectPacket connect, TimeSpan expiry)
    {
        Link = link;
        Will = connect.Will;
        WillDelay = Seconds.ToInterval(connect.WillDelay);
        Expiry = expiry;
        receiveMaximum = Math.Min(connect.ReceiveMaximum, context.Options.MaxInFlightPerClient);
        Received.BeginConnection();
    }

    public void Detach()
    {
        Link = null;
        LeftAt = context.Time.GetTimestamp();
    }

    public void Resume()
    {
        queue.Rewind();
        SendDue();
    }

    /// <summary>Sends, queues or drops, each of them counted.</summary>
    public void Deliver(in Delivery delivery)
    {
        context.Counters.Add(BrokerCounters.Kind.DeliveriesMatched);
        if (delivery.Qos == MqttQos.AtMostOnce)
        {
            context.Counters.Add(SendOnce(delivery));
            return;
        }

        queue.Add(delivery);
        SendDue();
    }

    /// <summary>PUBACK, PUBREC or PUBCOMP. Throws when it does not fit the message's level.</summary>
    public void OnAnswer(BrokerLink link, in AckPacket packet)
    {
        queue.OnAnswer(link, packet);
        SendDue();
    }

    /// <summary>Ends it; returns what other members of its shared subscriptions should get instead.</summary>
    public List<Delivery> Clear() => queue.Clear();

    private void SendDue()
    {
        if (Link is not null)
            queue.SendDue(Link, receiveMaximum);
    }

    private BrokerCounters.Kind SendOnce(in Delivery delivery)
    {
        if (Link is null)
            return BrokerCounters.Kind.DroppedOffline;
        return Link.Forward(delivery, bounded: true) switch
        {
            SendResult.Sent => BrokerCounters.Kind.DeliveriesSent,
            SendResult.Full => BrokerCounters.Kind.DroppedSlowClient,
            SendResult.TooLarge => BrokerCounters.Kind.DroppedTooLarge,
            _ => BrokerCounters.Kind.DroppedOffline,
        };
    }
}
