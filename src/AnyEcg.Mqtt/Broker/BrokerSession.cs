namespace AnyEcg.Mqtt;

/// <summary>What the broker keeps of one client id, with or without a connection. Broker lock only.</summary>
internal sealed class BrokerSession
{
    private readonly BrokerContext context;
    private readonly DeliveryQueue queue;
    private int receiveMaximum;

    public BrokerSession(string clientId, BrokerContext context)
    {
        this.context = context;
        ClientId = clientId;
        queue = new DeliveryQueue(context);
    }

    public string ClientId { get; }

    /// <summary>Null while the client is away.</summary>
    public BrokerLink? Link { get; private set; }

    /// <summary>By filter.</summary>
    public Dictionary<string, MqttSubscription> Subscriptions { get; } = [];

    /// <summary>Null: none, or already dealt with.</summary>
    public MqttMessage? Will { get; set; }

    public TimeSpan WillDelay { get; private set; }

    public TimeSpan Expiry { get; set; }

    /// <summary>When the client left, on the broker's clock.</summary>
    public long LeftAt { get; private set; }

    /// <summary>Marks the routing of one message, so that a client with several matching filters gets it once.</summary>
    public long RoutingStamp { get; set; }

    /// <summary>QoS 1 messages waiting or not acknowledged.</summary>
    public int Pending => queue.Count;

    public void Attach(BrokerLink link, ConnectPacket connect, TimeSpan expiry)
    {
        Link = link;
        Will = connect.Will;
        WillDelay = Seconds.ToInterval(connect.WillDelay);
        Expiry = expiry;
        receiveMaximum = Math.Min(connect.ReceiveMaximum, context.Options.MaxInFlightPerClient);
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
    public void Deliver(Delivery delivery)
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

    public void Acknowledge(ushort packetId)
    {
        queue.Acknowledge(packetId);
        SendDue();
    }

    public void Clear() => queue.Clear();

    private void SendDue()
    {
        if (Link is not null)
            queue.SendDue(Link.Outbound, receiveMaximum);
    }

    private BrokerCounters.Kind SendOnce(Delivery delivery)
    {
        if (Link is null)
            return BrokerCounters.Kind.DroppedOffline;
        ForwardedPublish packet = new(delivery, 0, false, delivery.Message.SecondsLeft(context.Time));
        return Link.Outbound.Send(packet, bounded: true) switch
        {
            SendResult.Sent => BrokerCounters.Kind.DeliveriesSent,
            SendResult.Full => BrokerCounters.Kind.DroppedSlowClient,
            SendResult.TooLarge => BrokerCounters.Kind.DroppedTooLarge,
            _ => BrokerCounters.Kind.DroppedOffline,
        };
    }
}
