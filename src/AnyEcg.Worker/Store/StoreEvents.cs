using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>Takes what the store thread says to those whom it concerns. Store thread only, once the parts are set.</summary>
internal sealed class StoreEvents : IStoreEvents
{
    /// <summary>Inputs that are durable.</summary>
    public Action<CommittedInput>? Input { get; set; }

    /// <summary>Works that are durable.</summary>
    public Action<CommittedWork>? Work { get; set; }

    /// <summary>Everything of a transaction was told.</summary>
    public Action? Settled { get; set; }

    /// <summary>The store has stopped for good.</summary>
    public Action<Exception>? Stopped { get; set; }

    public void InputsCommitted(ReadOnlySpan<CommittedInput> inputs)
    {
        foreach (CommittedInput input in inputs)
        {
            Input?.Invoke(input);
        }
    }

    public void WorkCommitted(ReadOnlySpan<CommittedWork> work)
    {
        foreach (CommittedWork done in work)
        {
            Work?.Invoke(done);
        }

        Settled?.Invoke();
    }

    public void StoreStopped(Exception failure) => Stopped?.Invoke(failure);
}
