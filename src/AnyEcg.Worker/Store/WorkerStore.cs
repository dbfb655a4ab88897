using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>
/// The store's part in the worker's start and end: put back what was, read again what came after, and at the end leave nothing
/// undone that a commit can do. Without a store every step is nothing.
/// </summary>
internal sealed class WorkerStore(
    StoreHost host, StoreEvents events, Recovery recovery, StoredOutbox outbox, HeldFrames held, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private readonly TaskCompletionSource results = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StoredOutbox Outbox => outbox;

    /// <summary>Before the engine's first turn.</summary>
    /// <param name="fail">Told when the store has stopped for good.</param>
    public void Restore(Action<Exception> fail)
    {
        events.Stopped = fail;
        events.Work += done =>
        {
            if (done.Work is MarkerWork { Token: WorkerStore })
            {
                results.TrySetResult();
            }
        };
        outbox.Begin();
        host.Writer?.Start();
        recovery.Restore();
    }

    /// <summary>Once the engine turns, before the broker is connected.</summary>
    public async Task ReplayAsync(FrameIngest ingest, CancellationToken cancellationToken)
    {
        ingest.HoldAgain(held.Earlier());
        await recovery.ReplayAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until all inputs that were taken are durable, and so the engine's.</summary>
    public async Task SettleInputsAsync(CancellationToken limit)
    {
        while (host.Writer?.OldestInputAge > TimeSpan.Zero || host.Writer?.Statistics.InputsWaiting > 0)
        {
            await Task.Delay(Look, time, limit).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until all results of the engine, which has ended, are durable; the outbox then ends once it is empty.</summary>
    public async Task SettleResultsAsync(CancellationToken limit)
    {
        if (host.Writer is { } writer && writer.Post(new MarkerWork(new StreamKey("_worker", "_end"), this)))
        {
            await results.Task.WaitAsync(limit).ConfigureAwait(false);
        }

        outbox.Complete();
    }

    public async Task StopAsync(CancellationToken limit)
    {
        if (host.Writer is { } writer)
        {
            await writer.StopAsync(limit).ConfigureAwait(false);
        }
    }
}
