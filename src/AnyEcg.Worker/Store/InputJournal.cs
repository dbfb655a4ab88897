using System.Buffers;
using System.Collections.Concurrent;
using AnyEcg.Engine;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>
/// The way of every input to the engine: into the journal, and on once it is durable. What the clock and operators do to a stream
/// goes the same way, so that a stream's inputs have one order, on disk as in the engine. Submitting never waits. Any thread.
/// </summary>
internal sealed class InputJournal : IEngineDoor, IInputLoop
{
    /// <summary>Inputs that are no frames; frames are bounded where they come in.</summary>
    private const int MostNotes = 1 << 16;

    /// <summary>A commit that takes longer than this holds up what the silence of streams is judged by.</summary>
    private static readonly TimeSpan SlowCommit = TimeSpan.FromSeconds(1);

    private readonly StoreWriter writer;
    private readonly EngineDoor engine;
    private readonly AckDesk acks;
    private readonly TimeProvider time;
    private readonly ConcurrentQueue<ArrayBufferWriter<byte>> buffers = new();
    private int notes;
    private long framesWaiting;

    public InputJournal(StoreWriter writer, StoreEvents events, EngineDoor engine, AckDesk acks, TimeProvider time)
    {
        (this.writer, this.engine, this.acks, this.time) = (writer, engine, acks, time);
        events.Input = Committed;
    }

    /// <inheritdoc/>
    public bool IsFlowing => writer.Health.Condition == StoreCondition.Ok && writer.OldestInputAge < SlowCommit;

    public long FramesWaiting => Interlocked.Read(ref framesWaiting);

    /// <summary>False when the queue before the store is full, or the input cannot be written.</summary>
    public bool TrySubmit(in EngineInput input)
    {
        // In the middle of a replay it would overtake inputs of its own stream.
        if (engine.IsReplaying || !Enter(input))
        {
            return false;
        }

        ArrayBufferWriter<byte> body = buffers.TryDequeue(out ArrayBufferWriter<byte>? used) ? used : new ArrayBufferWriter<byte>(1024);
        if (InputCodec.TryWrite(input, body) && writer.TryAppend(Entry(input, body)))
        {
            return true;
        }

        Leave(input);
        Return(body);
        return false;
    }

    private bool Enter(in EngineInput input)
    {
        if (input.Kind == EngineInputKind.Frame)
        {
            Interlocked.Increment(ref framesWaiting);
        }
        else if (Interlocked.Increment(ref notes) > MostNotes)
        {
            Interlocked.Decrement(ref notes);
            return false;
        }

        return true;
    }

    private void Leave(in EngineInput input)
    {
        if (input.Kind == EngineInputKind.Frame)
        {
            Interlocked.Decrement(ref framesWaiting);
        }
        else
        {
            Interlocked.Decrement(ref notes);
        }
    }

    private JournalInput Entry(in EngineInput input, ArrayBufferWriter<byte> body)
    {
        EcgFrame? frame = input.Frame;
        long received = frame?.ReceivedNs ?? (input.Kind is EngineInputKind.Mark or EngineInputKind.Format ? time.NowNs() : input.TimeNs);
        return new JournalInput(
            input.Key,
            (byte)InputCodec.KindOf(input.Kind),
            received,
            frame?.Epoch ?? 0,
            frame?.FirstSample ?? 0,
            frame?.SamplesPerLead ?? 0,
            body.WrittenMemory,
            new Carried(input, body));
    }

    /// <summary>Store thread.</summary>
    private void Committed(CommittedInput committed)
    {
        Carried carried = (Carried)committed.Input.Token!;
        EngineInput input = carried.Input with { Sequence = committed.Sequence };
        Return(carried.Body);
        Leave(input);
        if (input.Kind != EngineInputKind.Frame)
        {
            acks.AcknowledgeNote(input.Token);
            KeepDescriptor(input);
            Release(input);
        }
        else if (input.Token is FrameTicket ticket)
        {
            acks.FrameDurable(ticket);
        }

        if (!engine.TryPass(input))
        {
            throw new InvalidOperationException("The engine's queue is smaller than what is let into it.");
        }
    }

    /// <summary>All frames that waited for a descriptor are before this input.</summary>
    private void Release(in EngineInput input)
    {
        if (input.Token is HeldReleased)
        {
            writer.Post(new ReleaseWork(input.Key));
        }
    }

    /// <summary>The newest descriptor stands with its stream: the journal forgets.</summary>
    private void KeepDescriptor(in EngineInput input)
    {
        if (input.Token is StreamDescriptorBytes descriptor)
        {
            writer.Post(new DescriptorWork(input.Key, descriptor.Json));
        }
        else if (input.Kind == EngineInputKind.Close)
        {
            writer.Post(new DescriptorWork(input.Key, null));
        }
    }

    private void Return(ArrayBufferWriter<byte> body)
    {
        body.ResetWrittenCount();
        if (buffers.Count < 4096 && body.Capacity <= 1 << 16)
        {
            buffers.Enqueue(body);
        }
    }

    private sealed record Carried(EngineInput Input, ArrayBufferWriter<byte> Body);
}
