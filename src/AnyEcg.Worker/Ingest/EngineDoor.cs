using AnyEcg.Engine;

namespace AnyEcg.Worker;

/// <summary>What the ingest needs of the engine: never waits. Any thread.</summary>
internal interface IEngineDoor
{
    /// <summary>False when the engine's queue is full.</summary>
    bool TrySubmit(in EngineInput input);
}

/// <summary>The door of the engine that runs; opened once the engine is made, since the engine's output needs the ingest's parts.</summary>
internal sealed class EngineDoor : IEngineDoor
{
    private StreamEngine? engine;

    public void Open(StreamEngine running) => Volatile.Write(ref engine, running);

    public bool TrySubmit(in EngineInput input) => Volatile.Read(ref engine)?.TrySubmit(input) ?? false;
}
