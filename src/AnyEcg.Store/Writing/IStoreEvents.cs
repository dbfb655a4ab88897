namespace AnyEcg.Store;

/// <summary>
/// Who is told what became durable. Store thread; must not wait and must not throw. May call <see cref="StoreWriter.TryAppend"/>
/// and <see cref="StoreWriter.Post"/>: on the store thread neither blocks.
/// </summary>
public interface IStoreEvents
{
    /// <summary>In the order of their commit, which for one stream is the order in which they were appended. The span is only lent.</summary>
    void InputsCommitted(ReadOnlySpan<CommittedInput> inputs);

    /// <summary>In the order in which they were posted; always after the inputs of the same transaction. The span is only lent.</summary>
    void WorkCommitted(ReadOnlySpan<CommittedWork> work);

    /// <summary>
    /// The writer has stopped for good: nothing more becomes durable, and the process should end. Told before anything is refused for it. Once at most.
    /// </summary>
    void StoreStopped(Exception failure);
}

/// <summary>What became of a posted work.</summary>
public enum WorkOutcome
{
    /// <summary>It is stored now.</summary>
    Stored,

    /// <summary>It was there already, with the same content: a replay met its own result.</summary>
    AlreadyThere,

    /// <summary>A transition of this key was there with another body. The stored one stays, and the divergence is counted.</summary>
    Diverged,
}

/// <summary>A work that is durable.</summary>
/// <param name="Work">What was posted.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Id">The number of the outbox entry (transition), of the held frame or of the action; else 0.</param>
public readonly record struct CommittedWork(StoreWork Work, WorkOutcome Outcome, long Id);
