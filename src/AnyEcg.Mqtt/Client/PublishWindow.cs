namespace AnyEcg.Mqtt;

/// <summary>
/// QoS 1 and 2 messages on their way out. Those sent and not completed never exceed the broker's Receive Maximum; the rest wait
/// in the order of their calls. It outlives connections: what was not completed is taken up again, in the old order.
/// </summary>
internal sealed class PublishWindow(int maxPending, int maxInFlight, PacketIds ids, MqttCounters counters)
{
    private readonly Lock gate = new();
    private readonly Dictionary<ushort, PendingPublish> inFlight = [];
    private Queue<PendingPublish> waiting = new();
    private PublishSender? sender;
    private BrokerLimits limits = new();
    private MqttException? closed;
    private long calls;
    private long releases;
    private int pending;
    private int withdrawn;

    /// <summary>Completes at the last acknowledgement. Cancelling withdraws a message that was not sent yet.</summary>
    public async Task PublishAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        PendingPublish publish = Enqueue(message);
        try
        {
            await publish.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Withdraw(publish);
            throw;
        }
    }

    /// <summary>
    /// A connection is up: sends what is due, first what an earlier connection left. With the session present that is a PUBREL
    /// where the broker has acknowledged the message, else the message once more with DUP. Without it nobody knows what became of
    /// the messages: all are sent anew, so that none is lost.
    /// </summary>
    public void Attach(PublishSender newSender, BrokerLimits brokerLimits, bool sessionPresent)
    {
        lock (gate)
        {
            limits = brokerLimits;
            sender = newSender;
            PendingPublish[] left = [.. inFlight.Values.OrderBy(p => p.Order)];
            counters.Add(MqttCounters.Kind.PublishesResent, left.Length);
            if (!sessionPresent)
                Array.ForEach(left, publish => publish.Released = 0);
            foreach (PendingPublish publish in left.Where(p => p.Released > 0).OrderBy(p => p.Released))
                SendRelease(publish.PacketId, MqttReasonCode.Success);
            Queue<PendingPublish> all = new();
            foreach (PendingPublish publish in left.Where(p => p.Released == 0))
            {
                publish.Duplicate = sessionPresent;
                inFlight.Remove(publish.PacketId);
                all.Enqueue(publish);
            }

            foreach (PendingPublish publish in waiting)
            {
                publish.Duplicate &= sessionPresent;
                all.Enqueue(publish);
            }

            waiting = all;
            SendDue();
        }
    }

    /// <summary>The connection is gone.</summary>
    public void Detach()
    {
        lock (gate)
            sender = null;
    }

    /// <summary>A PUBACK, PUBREC or PUBCOMP came in. Throws when it is not the one that the message waits for.</summary>
    public void OnAck(in AckPacket ack)
    {
        lock (gate)
        {
            if (!inFlight.TryGetValue(ack.PacketId, out PendingPublish? publish))
                OnUnknown(ack);
            else if (ack.Type == PacketType.Pubrec && publish.Expected == PacketType.Pubcomp)
                OnRepeated(ack);
            else if (IsDowngrade(publish, ack))
                OnDowngraded(publish);
            else if (ack.Type != publish.Expected)
                throw MqttProtocolException.Protocol($"{ack.Type} where {publish.Expected} is due");
            else
                OnExpected(publish, ack);
            SendDue();
        }
    }

    /// <summary>The client stops: everything that waits fails, and everything later.</summary>
    public void Close(MqttException reason)
    {
        lock (gate)
        {
            closed = reason;
            foreach (PendingPublish publish in inFlight.Values.Concat(waiting))
                publish.Done.TrySetException(reason);
            inFlight.Clear();
            waiting.Clear();
        }
    }

    /// <summary>
    /// A 3.1.1 broker without QoS 2 cannot say so: RabbitMQ's answers with a PUBACK instead. Whoever left it for that would send
    /// the same message again after every reconnect, for ever.
    /// </summary>
    private bool IsDowngrade(PendingPublish publish, in AckPacket ack) =>
        ack.Type == PacketType.Puback && publish.Expected == PacketType.Pubrec && sender?.Outbound.Version == MqttVersion.V311;

    private void OnDowngraded(PendingPublish publish)
    {
        counters.Add(MqttCounters.Kind.PublishesDowngraded);
        inFlight.Remove(publish.PacketId);
        Complete(publish);
    }

    private void OnUnknown(in AckPacket ack)
    {
        counters.Add(MqttCounters.Kind.AcksUnknown);
        sender?.Outbound.CheckOverrun();
        if (ack.Type == PacketType.Pubrec && !ack.IsFailure)
            SendRelease(ack.PacketId, MqttReasonCode.PacketIdentifierNotFound);
    }

    private void OnRepeated(in AckPacket pubrec)
    {
        sender?.Outbound.CheckOverrun();
        SendRelease(pubrec.PacketId, MqttReasonCode.Success);
    }

    private void OnExpected(PendingPublish publish, in AckPacket ack)
    {
        if (ack.Type == PacketType.Pubrec && !ack.IsFailure)
        {
            publish.Released = ++releases;
            SendRelease(ack.PacketId, MqttReasonCode.Success);
            return;
        }

        // A PUBCOMP with "not found" ends the exchange as well: the broker has completed it earlier.
        inFlight.Remove(ack.PacketId);
        if (ack.IsFailure && ack.Type != PacketType.Pubcomp)
            Refuse(publish, new MqttPublishException(ack.ReasonCode, $"the broker refused the message: {ack.ReasonCode} {ReasonText.Of(ack.ReasonString)}".TrimEnd()));
        else
            Complete(publish);
    }

    private void SendRelease(ushort packetId, MqttReasonCode reason) =>
        sender?.Outbound.SendAnswer(new AckPacket(PacketType.Pubrel, packetId, reason));

    private PendingPublish Enqueue(MqttMessage message)
    {
        lock (gate)
        {
            if (closed is not null)
                throw new MqttException(closed.ReasonCode, closed.Message);
            if (pending >= maxPending)
                throw new MqttPublishException(MqttReasonCode.QuotaExceeded, $"{pending} messages wait already");
            pending++;
            PendingPublish publish = new(message, calls++);
            waiting.Enqueue(publish);
            SendDue();
            return publish;
        }
    }

    private void Withdraw(PendingPublish publish)
    {
        lock (gate)
        {
            if (publish.PacketId == 0 && !publish.Withdrawn && !publish.Done.Task.IsCompleted)
            {
                publish.Withdrawn = true;
                pending--;
                withdrawn++;
                DropWithdrawn();
            }
        }
    }

    /// <summary>Without a connection nothing leaves the queue: what was withdrawn goes when it is half of it.</summary>
    private void DropWithdrawn()
    {
        if (2 * withdrawn < waiting.Count)
            return;
        waiting = new Queue<PendingPublish>(waiting.Where(publish => !publish.Withdrawn));
        withdrawn = 0;
    }

    private void SendDue()
    {
        while (sender is not null
            && inFlight.Count < Math.Min(limits.ReceiveMaximum, maxInFlight)
            && waiting.TryPeek(out PendingPublish? publish))
        {
            if (publish.Withdrawn)
                withdrawn--;
            else if (!TrySend(publish))
                return;
            waiting.Dequeue();
        }
    }

    /// <summary>Sends or fails one message; false: it has to wait.</summary>
    private bool TrySend(PendingPublish publish)
    {
        if (limits.Refusal(publish.Message) is { } refusal)
        {
            Refuse(publish, refusal);
            return true;
        }

        bool isFirst = publish.PacketId == 0;
        if (isFirst)
        {
            if (!ids.TryTake(out ushort id))
                return false;
            publish.PacketId = id;
        }

        switch (sender!.Send(publish.Message, publish.PacketId, publish.Duplicate))
        {
            case SendResult.TooLarge:
                Refuse(publish, BrokerLimits.TooLarge());
                return true;
            case SendResult.Closed:
                if (isFirst)
                    TakeBackId(publish);
                return false;
            default:
                inFlight.Add(publish.PacketId, publish);
                counters.Add(MqttCounters.Kind.PublishesSent);
                return true;
        }
    }

    private void Complete(PendingPublish publish)
    {
        counters.Add(MqttCounters.Kind.PublishesAcknowledged);
        Forget(publish);
        publish.Done.TrySetResult();
    }

    private void Refuse(PendingPublish publish, MqttPublishException reason)
    {
        counters.Add(MqttCounters.Kind.PublishesRefused);
        Forget(publish);
        publish.Done.TrySetException(reason);
    }

    private void Forget(PendingPublish publish)
    {
        pending--;
        if (publish.PacketId != 0)
            ids.Release(publish.PacketId);
    }

    /// <summary>It was not sent after all, and can still be withdrawn.</summary>
    private void TakeBackId(PendingPublish publish)
    {
        ids.Release(publish.PacketId);
        publish.PacketId = 0;
    }
}
