using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AnyEcg.Mqtt;

/// <summary>
/// The messages of QoS 1 and 2 that one session was sent and that are not completed, by packet identifier, which stays taken until
/// then (MQTT 5.0, sections 2.2.1, 4.3 and 4.4). Broker lock only.
/// </summary>
internal sealed class InFlightTable
{
    private readonly Dictionary<ushort, InFlightEntry> entries = [];
    private Queue<ushort> resend = new();
    private long steps;
    private ushort lastId;

    public int Count => entries.Count;

    /// <summary>How many of them count towards the client's Receive Maximum on the present connection.</summary>
    public int OnWire { get; private set; }

    /// <summary>Of the messages that are still held.</summary>
    public long Bytes { get; private set; }

    /// <summary>An identifier not in use; there must be one.</summary>
    public ushort NextId()
    {
        do
        {
            lastId = lastId == ushort.MaxValue ? (ushort)1 : (ushort)(lastId + 1);
        }
        while (entries.ContainsKey(lastId));
        return lastId;
    }

    public void Add(ushort id, in Delivery delivery)
    {
        entries.Add(id, new InFlightEntry(delivery, steps++, false, true));
        Bytes += delivery.Message.Size;
        OnWire++;
    }

    public void Remove(ushort id)
    {
        if (!entries.Remove(id, out InFlightEntry entry))
            return;
        Bytes -= entry.Delivery.Message.Size;
        if (entry.IsOnWire)
            OnWire--;
    }

    /// <summary>A new connection: everything has to be sent again, PUBRELs first, each kind in its old order.</summary>
    public void Rewind()
    {
        ushort[] ids = [.. entries.OrderBy(e => !e.Value.IsReleased).ThenBy(e => e.Value.Order).Select(e => e.Key)];
        foreach (ushort id in ids)
            entries[id] = entries[id] with { IsOnWire = false };
        resend = new Queue<ushort>(ids);
        OnWire = 0;
    }

    /// <summary>The next one that the present connection has not seen.</summary>
    public bool TryPeekResend(out ushort id, out InFlightEntry entry)
    {
        while (resend.TryPeek(out id))
        {
            if (entries.TryGetValue(id, out entry) && !entry.IsOnWire)
                return true;
            resend.Dequeue();
        }

        entry = default;
        return false;
    }

    public void Resent(ushort id)
    {
        entries[id] = entries[id] with { IsOnWire = true };
        OnWire++;
    }

    /// <summary>PUBACK: completes a QoS 1 message; one that fits nothing in flight is ignored. Throws 0x82 for one of QoS 2.</summary>
    public void OnPuback(ushort id)
    {
        ref InFlightEntry entry = ref CollectionsMarshal.GetValueRefOrNullRef(entries, id);
        if (Unsafe.IsNullRef(ref entry))
            return;
        if (entry.Delivery.Qos != MqttQos.AtLeastOnce)
            throw MqttProtocolException.Protocol("a PUBACK for a QoS 2 message");
        Bytes -= entry.Delivery.Message.Size;
        if (entry.IsOnWire)
            OnWire--;
        entries.Remove(id);
    }

    /// <summary>PUBREC: returns the reason code for the PUBREL that answers it; null: none, because the client refused the message.</summary>
    public MqttReasonCode? OnPubrec(in AckPacket packet)
    {
        if (!entries.TryGetValue(packet.PacketId, out InFlightEntry entry))
            return packet.IsFailure ? null : MqttReasonCode.PacketIdentifierNotFound;
        if (entry.Delivery.Qos == MqttQos.AtLeastOnce)
            throw MqttProtocolException.Protocol("a PUBREC for a QoS 1 message");
        if (packet.IsFailure)
        {
            Remove(packet.PacketId);
            return null;
        }

        if (!entry.IsReleased)
        {
            Bytes -= entry.Delivery.Message.Size;
            Delivery done = new(StoredMessage.Nothing, MqttQos.ExactlyOnce, false);
            entries[packet.PacketId] = entry with { Delivery = done, Order = steps++, IsReleased = true };
        }

        return MqttReasonCode.Success;
    }

    /// <summary>PUBCOMP: completes a QoS 2 message that was released; any other is ignored.</summary>
    public void OnPubcomp(ushort id)
    {
        if (entries.TryGetValue(id, out InFlightEntry entry) && entry.IsReleased)
            Remove(id);
    }

    /// <summary>Empties it; returns what was in flight, in order.</summary>
    public InFlightEntry[] TakeAll()
    {
        InFlightEntry[] all = [.. entries.Values.OrderBy(entry => entry.Order)];
        entries.Clear();
        resend.Clear();
        Bytes = 0;
        OnWire = 0;
        return all;
    }
}
