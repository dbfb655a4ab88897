namespace AnyEcg.Mqtt;

/// <summary>
/// The received QoS 1 and 2 messages of one connection that are not yet acknowledged, in order of receipt. Tokens may be
/// acknowledged in any order and on any thread; the PUBACKs and PUBRECs leave in order of receipt (MQTT 5.0, section 4.6), as the
/// oldest become ready. A broker that goes beyond the Receive Maximum is borne and counted: mosquitto 2.0.11 does so with every
/// backlog, and whoever disconnected for it would get the same backlog again, for ever. The number of packet ids bounds what can
/// be outstanding.
/// </summary>
internal sealed class AckOrder(int connection, ushort receiveMaximum, OutboundQueue outbound, UnreleasedMessages unreleased, MqttCounters counters)
{
    private const int MaxOutstanding = ushort.MaxValue;

    private const int Flood = 16_384;

    /// <summary>In place of a QoS 2 message's number.</summary>
    private const long AtLeastOnce = -1;

    private readonly Lock gate = new();
    private readonly bool tellsReasons = outbound.Version == MqttVersion.V5;
    private Entry[] ring = new Entry[receiveMaximum];
    private long oldest;
    private long next;

    /// <summary>
    /// More is outstanding than any broker that keeps to the Receive Maximum sends, yet far from all packet ids: time to read no further.
    /// Any thread.
    /// </summary>
    public bool IsFlooded => Outstanding > Math.Max(Flood, 2 * receiveMaximum);

    /// <summary>Received and not acknowledged: what is no longer counted has its answer in the queue. Any thread.</summary>
    public long Outstanding => Volatile.Read(ref next) - Volatile.Read(ref oldest);

    /// <summary>A QoS 1 message. Receive loop only. Throws when more is outstanding than there are packet ids.</summary>
    public MqttAckToken Add(ushort packetId)
    {
        outbound.CheckOverrun();
        lock (gate)
            return new MqttAckToken(connection, Append(packetId, AtLeastOnce));
    }

    /// <summary>A QoS 2 message, or a repeat of one, which may have been acknowledged already. Receive loop only.</summary>
    public void AddExactlyOnce(ushort packetId, long sequence)
    {
        outbound.CheckOverrun();
        lock (gate)
        {
            Append(packetId, sequence);
            SendDue();
        }
    }

    /// <summary>Marks one QoS 1 message and sends what has become due; false: the token is not waiting.</summary>
    public bool TryAcknowledge(MqttAckToken token, MqttReasonCode reasonCode)
    {
        if (token.Connection != connection)
            return false;
        lock (gate)
        {
            if (token.Sequence < oldest || token.Sequence >= next)
                return false;
            ref Entry entry = ref ring[token.Sequence % ring.Length];
            if (entry.Answer is not null || entry.Sequence != AtLeastOnce)
                return false;
            entry = entry with { Answer = reasonCode };
            SendDue();
            return true;
        }
    }

    /// <summary>A QoS 2 message has been acknowledged: sends what has become due.</summary>
    public void OnExactlyOnceAnswered()
    {
        lock (gate)
            SendDue();
    }

    private long Append(ushort packetId, long sequence)
    {
        if (tellsReasons && next - oldest + unreleased.AwaitingRelease >= receiveMaximum)
            counters.Add(MqttCounters.Kind.ReceiveMaximumExceeded);
        if (next - oldest == ring.Length)
            Grow();
        ring[next % ring.Length] = new Entry(packetId, sequence, null);
        return next++;
    }

    private void Grow()
    {
        if (ring.Length == MaxOutstanding)
            throw new MqttProtocolException(MqttReasonCode.ReceiveMaximumExceeded, "more unacknowledged messages than packet ids");
        Entry[] larger = new Entry[Math.Min(ring.Length * 2, MaxOutstanding)];
        for (long i = oldest; i < next; i++)
            larger[i % larger.Length] = ring[i % ring.Length];
        ring = larger;
    }

    private void SendDue()
    {
        while (oldest < next)
        {
            Entry due = ring[oldest % ring.Length];
            MqttReasonCode? answer = due.Answer;
            bool isReady = due.Sequence == AtLeastOnce
                ? answer is not null
                : unreleased.TryTakeAnswer(due.PacketId, due.Sequence, tellsReasons, out answer);
            if (!isReady)
                return;
            if (answer is { } reason)
                Send(due, reason);

            // Only now: who sees that nothing is outstanding finds the answer in the queue.
            Volatile.Write(ref oldest, oldest + 1);
        }
    }

    private void Send(in Entry due, MqttReasonCode reason)
    {
        PacketType type = due.Sequence == AtLeastOnce ? PacketType.Puback : PacketType.Pubrec;
        bool sent = outbound.SendAnswer(new AckPacket(type, due.PacketId, reason)) == SendResult.Sent;
        counters.Add(sent ? MqttCounters.Kind.AcksSent : MqttCounters.Kind.AcksIgnored);
        if (sent && !tellsReasons && reason >= MqttReasonCode.UnspecifiedError)
            counters.Add(MqttCounters.Kind.RejectionsUntold);
    }

    private readonly record struct Entry(ushort PacketId, long Sequence, MqttReasonCode? Answer);
}
