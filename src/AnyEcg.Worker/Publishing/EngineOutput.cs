using System.Buffers;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>
/// Where the engine's results go: transitions into the store (without one, into the outbox), summaries into the outbox, the last
/// state of each stream onto the board, snapshots into the store, and each finished frame's acknowledgement to the broker. Engine
/// thread only.
/// </summary>
internal sealed class EngineOutput(Outbox outbox, StreamBoard board, AckDesk acks, EngineDoor engine, AlertContexts contexts, StoreHost store)
    : IEngineOutput
{
    /// <summary>The worker ends: snapshots may wait for their turn.</summary>
    public bool Draining { get; set; }

    /// <summary>Who is told of an operator's action that was carried out.</summary>
    public Action<EngineInput, AlertActionResult>? Answered { get; set; }

    public void Alert(AlertTransition transition)
    {
        board.Take(transition);
        StreamKey key = new(transition.Group, transition.Stream);
        StreamFacts? facts = engine.FactsOf(key);
        ArrayBufferWriter<byte> body = new(1024);
        AlertDocument.Write(transition, contexts.For(transition, facts?.LeadNames ?? []), body);
        if (store.Writer is not { } writer)
        {
            outbox.Add(transition, body.WrittenMemory);
        }
        else if (!writer.Post(StoredTransitions.Work(transition, body.WrittenMemory, (facts?.Sequence ?? 0) + 1)))
        {
            throw new InvalidOperationException("The store is closed: alerts can no longer be kept.");
        }
    }

    public void Rhythm(RhythmSummary summary)
    {
        board.Take(summary);
        outbox.Add(summary);
    }

    public void Result(StreamKey key, PatchSecond patch, SecondObservation observation) => board.Take(key, patch);

    public void FrameDone(in EngineInput input, FrameOutcome outcome)
    {
        if (input.Token is not FrameTicket ticket)
        {
            return;
        }

        MqttReasonCode reason = outcome switch
        {
            FrameOutcome.Rejected => MqttReasonCode.PayloadFormatInvalid,
            FrameOutcome.Conflict => MqttReasonCode.ImplementationSpecificError,
            _ => MqttReasonCode.Success,
        };
        acks.Acknowledge(ticket.Ack, reason);
        acks.Return(ticket);
    }

    public void CommandDone(in EngineInput input, AlertActionResult result) => Answered?.Invoke(input, result);

    public void SecondSkipped(StreamKey key, uint epoch, long second) =>
        store.Writer?.Post(new SkipWork(key, epoch, second, Next(key)));

    /// <summary>Kept among the skipped seconds, as none of an epoch.</summary>
    public void FrameSkipped(StreamKey key, long sequence) => store.Writer?.Post(new SkipWork(key, Recovery.NoEpoch, sequence, sequence));

    public bool Snapshot(StreamKey key, long sequence, ReadOnlyMemory<byte> state)
    {
        if (store.Writer is not { } writer)
        {
            return false;
        }

        SnapshotWork work = new(key, sequence, SnapshotBody.Format, store.Bodies.Of(state.Span), store.NowNs());
        bool posted = Draining ? writer.Post(work) : writer.TryPost(work);
        if (!posted)
        {
            store.Bodies.Return(work.Body);
        }

        return posted;
    }

    /// <summary>An empty snapshot: nothing before it is to be read again.</summary>
    public void Closed(StreamKey key, long sequence) =>
        store.Writer?.Post(new SnapshotWork(key, sequence, SnapshotBody.Format, store.Bodies.Of([]), store.NowNs()));

    /// <summary>The input that runs is the one after the last that was handled.</summary>
    private long Next(StreamKey key) => (engine.FactsOf(key)?.Sequence ?? 0) + 1;
}
