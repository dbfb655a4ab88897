namespace AnyEcg.Mqtt;

/// <summary>
/// The way of a session's messages of QoS 1 and 2: waiting, then in flight within the client's Receive Maximum, then done; from the
/// top again for what was in flight when a connection broke. Broker lock only.
/// </summary>
internal sealed class DeliveryQueue(BrokerContext context)
{
    private readonly WaitingQueue waiting = new(context);
    private readonly InFlightTable inFlight = new();

    public int Count => waiting.Count + inFlight.Count;

    public void Add(in Delivery delivery) => waiting.Add(delivery, inFlight.Bytes);

    /// <summary>The client is back: what it did not complete comes first again.</summary>
    public void Rewind() => inFlight.Rewind();

    /// <summary>Sends what the client may get. While the socket is behind, one message in flight is enough: its answer goes on.</summary>
    public void SendDue(BrokerLink link, int receiveMaximum)
    {
        while (inFlight.TryPeekResend(out ushort id, out InFlightEntry entry))
        {
            if (!entry.IsReleased && !HasRoom(link, receiveMaximum))
                return;
            if (!TryResend(link, id, entry))
                return;
        }

        while (waiting.TryPeek(out Delivery delivery) && HasRoom(link, receiveMaximum))
        {
            if (delivery.Message.IsExpired(context.Time))
                context.Counters.Add(BrokerCounters.Kind.DroppedExpired);
            else if (!TrySend(link, delivery))
                return;
            waiting.RemoveFirst();
        }
    }

    /// <summary>PUBACK, PUBREC or PUBCOMP; a PUBREC is answered at once. Throws when it does not fit the message's level.</summary>
    public void OnAnswer(BrokerLink link, in AckPacket packet)
    {
        switch (packet.Type)
        {
            case PacketType.Puback:
                inFlight.OnPuback(packet.PacketId);
                break;
            case PacketType.Pubrec:
                if (inFlight.OnPubrec(packet) is { } reason)
                    link.Send(new AckPacket(PacketType.Pubrel, packet.PacketId, reason));
                break;
            default:
                inFlight.OnPubcomp(packet.PacketId);
                break;
        }
    }

    /// <summary>
    /// The session ends. Returns what other members of a shared subscription should get in its place: all that was not sent, and
    /// what was sent at QoS 1 and not acknowledged. A QoS 2 message that was sent may have arrived and is never given to another.
    /// </summary>
    public List<Delivery> Clear()
    {
        List<Delivery> orphans = [.. inFlight.TakeAll()
            .Select(entry => entry.Delivery)
            .Where(delivery => delivery.Group is { IsEmpty: false } && delivery.Qos == MqttQos.AtLeastOnce)];
        foreach (Delivery delivery in waiting.TakeAll())
        {
            bool moves = delivery.Group is { IsEmpty: false };
            context.Counters.Add(moves ? BrokerCounters.Kind.DeliveriesMoved : BrokerCounters.Kind.DroppedSessionEnded);
            if (moves)
                orphans.Add(delivery);
        }

        return orphans;
    }

    private bool HasRoom(BrokerLink link, int receiveMaximum) =>
        inFlight.OnWire < receiveMaximum && (inFlight.OnWire == 0 || !link.Outbound.IsFull);

    /// <summary>False: the link is ending, so that it has to wait for the next.</summary>
    private bool TryResend(BrokerLink link, ushort id, in InFlightEntry entry)
    {
        SendResult result = entry.IsReleased
            ? link.Send(new AckPacket(PacketType.Pubrel, id))
            : link.Forward(entry.Delivery, id, duplicate: true);
        if (result == SendResult.Sent)
            inFlight.Resent(id);
        else if (result == SendResult.TooLarge)
            inFlight.Remove(id);
        if (result == SendResult.Sent && !entry.IsReleased)
            context.Counters.Add(BrokerCounters.Kind.DeliveriesResent);
        return result != SendResult.Closed;
    }

    /// <summary>Sends or drops one message; false: the link is ending, so that it has to wait for the next.</summary>
    private bool TrySend(BrokerLink link, in Delivery delivery)
    {
        ushort id = inFlight.NextId();
        SendResult result = link.Forward(delivery, id);
        if (result == SendResult.Sent)
            inFlight.Add(id, delivery);
        if (result != SendResult.Closed)
            context.Counters.Add(result == SendResult.Sent ? BrokerCounters.Kind.DeliveriesSent : BrokerCounters.Kind.DroppedTooLarge);
        return result != SendResult.Closed;
    }
}
