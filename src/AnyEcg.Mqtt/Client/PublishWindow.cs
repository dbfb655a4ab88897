namespace AnyEcg.Mqtt;

/// <summary>
/// QoS 1 messages on their way out. Those sent and not acknowledged never exceed the broker's Receive Maximum; the rest wait
/// in the order of their calls. It outlives connections: what was not acknowledged is sent again, in the old order.
/// </summary>
internal sealed class PublishWindow(int maxPending, int maxInFlight, PacketIds ids, MqttCounters counters)
{
    private readonly Lock gate = new();
    private readonly Dictionary<ushort, PendingPublish> inFlight = [];
    private Queue<PendingPublish> waiting = new();
    private OutboundQueue? outbound;
    private BrokerLimits limits = new(0, MqttQos.AtLeastOnce, true);
    private MqttException? closed;
    private long calls;
    private int pending;

    /// <summary>Completes at the PUBACK. Cancelling withdraws a message that was not sent yet.</summary>
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

    /// <summary>A connection is up: sends what is due, first what an earlier connection left unacknowledged.</summary>
    public void Attach(OutboundQueue queue, BrokerLimits brokerLimits, bool sessionPresent)
    {
        lock (gate)
        {
            limits = brokerLimits;
            outbound = queue;
            Queue<PendingPublish> all = new();
            foreach (PendingPublish publish in inFlight.Values.OrderBy(p => p.Order))
            {
                publish.Duplicate = sessionPresent;
                all.Enqueue(publish);
            }

            counters.Add(MqttCounters.Kind.PublishesResent, all.Count);
            foreach (PendingPublish publish in waiting)
                all.Enqueue(publish);
            inFlight.Clear();
            waiting = all;
            SendDue();
        }
    }

    /// <summary>The connection is gone.</summary>
    public void Detach()
    {
        lock (gate)
            outbound = null;
    }

    public void OnPuback(AckPacket puback)
    {
        lock (gate)
        {
            if (!inFlight.Remove(puback.PacketId, out PendingPublish? publish))
                return;
            if (puback.ReasonCode < MqttReasonCode.UnspecifiedError)
                Complete(publish);
            else
                Refuse(publish, new MqttPublishException(puback.ReasonCode, $"the broker refused the message: {puback.ReasonCode}"));
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
            }
        }
    }

    private void SendDue()
    {
        while (outbound is not null
            && inFlight.Count < Math.Min(limits.ReceiveMaximum, maxInFlight)
            && waiting.TryPeek(out PendingPublish? publish))
        {
            if (!publish.Withdrawn && !TrySend(publish))
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

        if (publish.PacketId == 0)
        {
            if (!ids.TryTake(out ushort id))
                return false;
            publish.PacketId = id;
        }

        switch (outbound!.Send(new OutgoingPublish(publish.Message, publish.PacketId, publish.Duplicate)))
        {
            case SendResult.TooLarge:
                Refuse(publish, BrokerLimits.TooLarge());
                return true;
            case SendResult.Closed:
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
}
