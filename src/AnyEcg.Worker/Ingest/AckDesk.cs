using System.Collections.Concurrent;
using AnyEcg.Mqtt;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>A frame on its way through the engine, with the acknowledgement it owes. Pooled.</summary>
internal sealed class FrameTicket
{
    public EcgFrame Frame { get; } = new();

    public MqttAckToken Ack { get; set; }

    /// <summary>The group in whose share of the engine's queue it stands; null: in none.</summary>
    public GroupQuota? Group { get; set; }

    /// <summary>How many places it takes there.</summary>
    public int Places { get; set; }
}

/// <summary>Says that all frames of its stream that waited for a descriptor come before it.</summary>
internal sealed record HeldReleased;

/// <summary>The acknowledgement that an input other than a frame owes; given once the input is durable.</summary>
internal record NoteTicket(MqttAckToken Ack);

/// <summary>
/// Acknowledges messages and keeps the tickets of the frames under way, bounded by what can be under way, but not those that
/// have grown large. Any thread.
/// The connection is made after the ingest that it feeds, hence <see cref="Attach"/>.
/// </summary>
internal sealed class AckDesk(int capacity, QueueShare queue, CrashPoint? crash = null)
{
    private readonly ConcurrentQueue<FrameTicket> free = new();
    private IMqttConnection? connection;
    private volatile bool silent;

    public void Attach(IMqttConnection mqtt) => Volatile.Write(ref connection, mqtt);

    /// <summary>
    /// From here on nothing is acknowledged, not even as refused: the worker ends, and what it cannot keep any more stays the broker's.
    /// </summary>
    public void FallSilent() => silent = true;

    public void Acknowledge(MqttAckToken token, MqttReasonCode reason = MqttReasonCode.Success)
    {
        if (token.IsRequired && !silent)
        {
            crash?.Pass(CrashPoint.BeforePuback);
            Volatile.Read(ref connection)?.Acknowledge(token, reason);
            crash?.Pass(CrashPoint.AfterPuback);
        }
    }

    /// <summary>
    /// A frame has become durable. Its acknowledgement waits for what the engine makes of it, unless the engine is behind.
    /// </summary>
    public void FrameDurable(FrameTicket ticket)
    {
        if (queue.IsBehind)
        {
            Acknowledge(ticket.Ack);
            ticket.Ack = default;
        }
    }

    /// <summary>Acknowledges an input that is no frame, by its token; nothing for any other token.</summary>
    public void AcknowledgeNote(object? token)
    {
        if (token is NoteTicket note)
        {
            Acknowledge(note.Ack);
        }
    }

    public FrameTicket Rent() => free.TryDequeue(out FrameTicket? ticket) ? ticket : new FrameTicket();

    public void Return(FrameTicket ticket)
    {
        if (ticket.Group is { } group)
        {
            queue.Leave(group, ticket.Places);
            ticket.Group = null;
        }

        ticket.Ack = default;
        if (free.Count < capacity && ticket.Frame.Capacity <= QueueShare.SamplesPerPlace)
        {
            free.Enqueue(ticket);
        }
    }
}
