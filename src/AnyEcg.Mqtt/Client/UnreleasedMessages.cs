namespace AnyEcg.Mqtt;

/// <summary>
/// The QoS 2 messages received and not yet released by a PUBREL, by packet identifier (MQTT 5.0, section 4.3.3): while one is in
/// here, a PUBLISH of the same identifier is a repeat and is not delivered. It outlives connections for as long as the broker
/// keeps the session, but not this process: what was delivered before a crash and not released can come once more. Thread-safe.
/// </summary>
internal sealed class UnreleasedMessages
{
    private readonly Lock gate = new();
    private readonly Dictionary<ushort, Entry> messages = [];
    private readonly Dictionary<long, ushort> identifiers = [];
    private long next;
    private int connection;

    /// <summary>Of those acknowledged on the present connection, how many wait for their PUBREL.</summary>
    public int AwaitingRelease { get; private set; }

    /// <summary>A new connection, where the count towards the Receive Maximum begins anew (MQTT 5.0, section 4.9).</summary>
    public void BeginConnection()
    {
        lock (gate)
        {
            connection++;
            AwaitingRelease = 0;
        }
    }

    /// <summary>A PUBLISH came in; false: a repeat. The sequence number names the message in both cases.</summary>
    public bool TryAdd(ushort packetId, out long sequence)
    {
        lock (gate)
        {
            bool isNew = !messages.TryGetValue(packetId, out Entry entry);
            if (isNew)
            {
                entry = new Entry(next++, null, Entry.NotAcknowledged);
                messages.Add(packetId, entry);
                identifiers.Add(entry.Sequence, packetId);
            }

            sequence = entry.Sequence;
            return isNew;
        }
    }

    /// <summary>The receiver has acknowledged; false: no such message, or acknowledged before.</summary>
    public bool TryAnswer(long sequence, MqttReasonCode reasonCode)
    {
        lock (gate)
        {
            if (!identifiers.TryGetValue(sequence, out ushort id) || messages[id] is not { Answer: null } entry)
                return false;
            messages[id] = entry with { Answer = reasonCode };
            return true;
        }
    }

    /// <summary>
    /// What the PUBREC that is next in turn says: true with a reason code; true with null when the message is gone, so that none
    /// is due; false while the receiver has not acknowledged. With a failure the exchange ends here.
    /// </summary>
    public bool TryTakeAnswer(ushort packetId, long sequence, bool canRefuse, out MqttReasonCode? answer)
    {
        lock (gate)
        {
            bool known = messages.TryGetValue(packetId, out Entry entry) && entry.Sequence == sequence;
            answer = known ? entry.Answer : null;
            if (!known || answer is null)
                return !known;
            if (canRefuse && answer >= MqttReasonCode.UnspecifiedError)
                Remove(packetId, entry);
            else if (entry.AcknowledgedOn != connection)
                Acknowledged(packetId, entry);
            return true;
        }
    }

    /// <summary>A PUBREL came in; false: unknown. Throws when its PUBREC was not sent yet.</summary>
    public bool TryRelease(ushort packetId)
    {
        lock (gate)
        {
            if (!messages.TryGetValue(packetId, out Entry entry))
                return false;
            if (entry.AcknowledgedOn == Entry.NotAcknowledged)
                throw MqttProtocolException.Protocol("PUBREL before PUBREC");
            Remove(packetId, entry);
            return true;
        }
    }

    /// <summary>The broker has forgotten the session.</summary>
    public void Clear()
    {
        lock (gate)
        {
            messages.Clear();
            identifiers.Clear();
            AwaitingRelease = 0;
        }
    }

    private void Acknowledged(ushort packetId, Entry entry)
    {
        messages[packetId] = entry with { AcknowledgedOn = connection };
        AwaitingRelease++;
    }

    private void Remove(ushort packetId, Entry entry)
    {
        messages.Remove(packetId);
        identifiers.Remove(entry.Sequence);
        if (entry.AcknowledgedOn == connection)
            AwaitingRelease--;
    }

    /// <param name="Sequence">Names the message.</param>
    /// <param name="Answer">The receiver's; null: none yet.</param>
    /// <param name="AcknowledgedOn">Number of the connection on which the PUBREC was last sent.</param>
    private readonly record struct Entry(long Sequence, MqttReasonCode? Answer, int AcknowledgedOn)
    {
        public const int NotAcknowledged = -1;
    }
}
