namespace AnyEcg.Mqtt;

/// <summary>
/// The QoS 1 messages of one session: those waiting, bounded in number and bytes with drop-newest, and those sent and not yet
/// acknowledged, bounded by the client's Receive Maximum. Broker lock only.
/// </summary>
internal sealed class DeliveryQueue(BrokerContext context)
{
    private readonly Dictionary<ushort, Entry> inFlight = [];
    private readonly HashSet<ushort> idsInUse = [];
    private Queue<Entry> waiting = new();
    private long waitingBytes;
    private long sent;
    private ushort lastId;

    public int Count => waiting.Count + inFlight.Count;

    /// <summary>Queues a message, or drops it when there is no room.</summary>
    public void Add(Delivery delivery)
    {
        if (waiting.Count >= context.Options.MaxQueuedPerClient
            || waitingBytes + delivery.Message.Size > context.Options.MaxQueuedBytesPerClient)
        {
            context.Counters.Add(BrokerCounters.Kind.DroppedQueueFull);
            return;
        }

        waiting.Enqueue(new Entry(delivery, 0, 0));
        waitingBytes += delivery.Message.Size;
    }

    /// <summary>Sends what the client may get. While the socket is behind, one message in flight is enough: its PUBACK goes on.</summary>
    public void SendDue(OutboundQueue outbound, int receiveMaximum)
    {
        while (inFlight.Count < receiveMaximum && waiting.Count > 0 && (inFlight.Count == 0 || !outbound.IsFull))
        {
            Entry entry = waiting.Peek();
            if (entry.PacketId == 0 && entry.Delivery.Message.IsExpired(context.Time))
                context.Counters.Add(BrokerCounters.Kind.DroppedExpired);
            else if (!TrySend(entry, outbound))
                return;
            waiting.Dequeue();
            waitingBytes -= entry.Delivery.Message.Size;
        }
    }

    /// <summary>The client is back: what it did not acknowledge comes first again, in the old order.</summary>
    public void Rewind()
    {
        Queue<Entry> all = new();
        foreach (Entry entry in inFlight.Values.OrderBy(e => e.Order))
        {
            all.Enqueue(entry);
            waitingBytes += entry.Delivery.Message.Size;
        }

        foreach (Entry entry in waiting)
            all.Enqueue(entry);
        inFlight.Clear();
        waiting = all;
    }

    /// <summary>A PUBACK came; one that fits nothing in flight is ignored.</summary>
    public void Acknowledge(ushort packetId)
    {
        if (inFlight.Remove(packetId))
            idsInUse.Remove(packetId);
    }

    /// <summary>The session ends.</summary>
    public void Clear()
    {
        context.Counters.Add(BrokerCounters.Kind.DroppedSessionEnded, waiting.Count(e => e.PacketId == 0));
        waiting.Clear();
        waitingBytes = 0;
        inFlight.Clear();
        idsInUse.Clear();
    }

    /// <summary>Sends or drops one message; false: the link is ending, so that it has to wait for the next.</summary>
    private bool TrySend(Entry entry, OutboundQueue outbound)
    {
        bool again = entry.PacketId != 0;
        Entry numbered = again ? entry : entry with { PacketId = NextId(), Order = sent++ };
        uint? secondsLeft = entry.Delivery.Message.SecondsLeft(context.Time);
        ForwardedPublish packet = new(entry.Delivery, numbered.PacketId, again, secondsLeft);
        SendResult result = outbound.Send(packet);
        if (result == SendResult.Sent)
        {
            inFlight.Add(numbered.PacketId, numbered);
            context.Counters.Add(again ? BrokerCounters.Kind.DeliveriesResent : BrokerCounters.Kind.DeliveriesSent);
            return true;
        }

        if (result == SendResult.TooLarge)
            context.Counters.Add(BrokerCounters.Kind.DroppedTooLarge);
        if (result == SendResult.TooLarge || !again)
            idsInUse.Remove(numbered.PacketId);
        return result == SendResult.TooLarge;
    }

    private ushort NextId()
    {
        do
        {
            lastId = lastId == ushort.MaxValue ? (ushort)1 : (ushort)(lastId + 1);
        }
        while (!idsInUse.Add(lastId));
        return lastId;
    }

    /// <summary>A message; the packet identifier is 0 until it is first sent, the order tells when that was.</summary>
    private readonly record struct Entry(Delivery Delivery, ushort PacketId, long Order);
}
