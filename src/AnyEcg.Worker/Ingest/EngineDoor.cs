using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>What the ingest needs of the engine: never waits. Any thread.</summary>
internal interface IEngineDoor
{
    /// <summary>False when the engine's queue is full.</summary>
    bool TrySubmit(in EngineInput input);

    /// <summary>Frames that were taken here and are not the engine's yet.</summary>
    long FramesWaiting => 0;
}

/// <summary>The door of the engine that runs; opened once the engine is made, since the engine's output needs the ingest's parts.</summary>
internal sealed class EngineDoor(AckDesk acks) : IEngineDoor
{
    private StreamEngine? engine;

    public void Open(StreamEngine running) => Volatile.Write(ref engine, running);

    /// <summary>Straight to the engine: what is no frame is acknowledged here, a frame once the engine is done with it.</summary>
    public bool TrySubmit(in EngineInput input)
    {
        if (!TryPass(input))
        {
            return false;
        }

        acks.AcknowledgeNote(input.Token);
        return true;
    }

    /// <summary>To the engine, with nothing acknowledged.</summary>
    public bool TryPass(in EngineInput input) => Volatile.Read(ref engine)?.TrySubmit(input) ?? false;

    /// <inheritdoc cref="StreamEngine.Replaying"/>
    public bool IsReplaying => Volatile.Read(ref engine)?.Replaying ?? false;

    /// <inheritdoc cref="StreamEngine.FactsOf"/>
    public StreamFacts? FactsOf(StreamKey key) => Volatile.Read(ref engine)?.FactsOf(key);
}
