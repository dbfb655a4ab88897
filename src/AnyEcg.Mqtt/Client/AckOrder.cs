namespace AnyEcg.Mqtt;

/// <summary>
/// The received QoS 1 messages of one connection that are not yet acknowledged, in order of receipt. Tokens may be acknowledged
/// in any order and on any thread; the PUBACKs leave in order of receipt (MQTT 5.0, section 4.6), as the oldest become ready.
/// A broker that goes beyond the Receive Maximum is borne and counted: mosquitto 2.0.11 does so with every backlog, and whoever
/// disconnected for it would get the same backlog again, for ever. The number of packet ids bounds what can be outstanding.
/// </summary>
internal sealed class AckOrder(int connection, ushort receiveMaximum, OutboundQueue outbound, MqttCounters counters)
{
    private const int MaxOutstanding = ushort.MaxValue;

    private readonly Lock gate = new();
    private Entry[] ring = new Entry[receiveMaximum];
    private long oldest;
    private long next;

    /// <summary>Receive loop only. Throws when more is outstanding than there are packet ids.</summary>
    public MqttAckToken Add(ushort packetId)
    {
        lock (gate)
        {
            if (next - oldest >= receiveMaximum)
                counters.Add(MqttCounters.Kind.ReceiveMaximumExceeded);
            if (next - oldest == ring.Length)
                Grow();
            ring[next % ring.Length] = new Entry(packetId, false, MqttReasonCode.Success);
            return new MqttAckToken(connection, next++);
        }
    }

    /// <summary>Marks one message and sends the PUBACKs that have become due; false: the token is not waiting.</summary>
    public bool TryAcknowledge(MqttAckToken token, MqttReasonCode reasonCode)
    {
        if (token.Connection != connection)
            return false;
        lock (gate)
        {
            if (token.Sequence < oldest || token.Sequence >= next)
                return false;
            ref Entry entry = ref ring[token.Sequence % ring.Length];
            if (entry.Ready)
                return false;
            entry = entry with { Ready = true, ReasonCode = reasonCode };
            SendDue();
            return true;
        }
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
        while (oldest < next && ring[oldest % ring.Length] is { Ready: true } due)
        {
            oldest++;
            bool sent = outbound.Send(new AckPacket(PacketType.Puback, due.PacketId, due.ReasonCode)) == SendResult.Sent;
            counters.Add(sent ? MqttCounters.Kind.AcksSent : MqttCounters.Kind.AcksIgnored);
        }
    }

    private readonly record struct Entry(ushort PacketId, bool Ready, MqttReasonCode ReasonCode);
}
