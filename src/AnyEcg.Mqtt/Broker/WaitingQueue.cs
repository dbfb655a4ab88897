namespace AnyEcg.Mqtt;

/// <summary>The messages of QoS 1 and 2 that one session has not been sent yet, bounded in number and bytes with drop-newest. Broker lock only.</summary>
internal sealed class WaitingQueue(BrokerContext context)
{
    private readonly Queue<Delivery> deliveries = new();
    private long bytes;

    public int Count => deliveries.Count;

    /// <summary>Queues a message, or drops and counts it when there is no room.</summary>
    /// <param name="delivery">What to queue.</param>
    /// <param name="heldBytes">What the session holds beside this queue.</param>
    public void Add(in Delivery delivery, long heldBytes)
    {
        if (deliveries.Count >= context.Options.MaxQueuedPerClient
            || bytes + heldBytes + delivery.Message.Size > context.Options.MaxQueuedBytesPerClient)
        {
            context.Counters.Add(BrokerCounters.Kind.DroppedQueueFull);
            return;
        }

        deliveries.Enqueue(delivery);
        bytes += delivery.Message.Size;
    }

    public bool TryPeek(out Delivery delivery) => deliveries.TryPeek(out delivery);

    public void RemoveFirst() => bytes -= deliveries.Dequeue().Message.Size;

    /// <summary>Empties it.</summary>
    public Delivery[] TakeAll()
    {
        Delivery[] all = [.. deliveries];
        deliveries.Clear();
        bytes = 0;
        return all;
    }
}
