using System.Collections.Concurrent;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>
/// Erases what is kept of a stream after its discharge. First the ends of its alerts are published, since the erasure takes unsent ones with it;
/// then the store is cleared, then the board and the retained topics. Any thread; the connection is attached later.
/// </summary>
internal sealed partial class StreamEraser
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly StoreHost store;
    private readonly StoredOutbox outbox;
    private readonly StreamBoard board;
    private readonly IMqttConnection mqtt;
    private readonly ILogger<StreamEraser> logger;
    private readonly ConcurrentDictionary<EraseWork, TaskCompletionSource> erasing = new(ReferenceEqualityComparer.Instance);

    public StreamEraser(
        StoreHost store, StoreEvents events, StoredOutbox outbox, StreamBoard board, IMqttConnection mqtt, ILogger<StreamEraser> logger)
    {
        (this.store, this.outbox, this.board, this.mqtt, this.logger) = (store, outbox, board, mqtt, logger);
        events.Work += done =>
        {
            if (done.Work is EraseWork work && erasing.TryRemove(work, out TaskCompletionSource? waiting))
            {
                waiting.TrySetResult();
            }
        };
    }

    /// <summary>Begins; <paramref name="done"/> is called once nothing is left. When the worker ends first, it is for the requester to ask again.</summary>
    public void Erase(StreamKey key, long upToSequence, Action done)
    {
        long newest = outbox.Newest;
        _ = Task.Run(() => EraseAsync(key, upToSequence, newest, done));
    }

    private async Task EraseAsync(StreamKey key, long upToSequence, long newest, Action done)
    {
        try
        {
            if (store.Writer is { } writer)
            {
                while (!outbox.HasSent(newest))
                {
                    await Task.Delay(Look, store.Time).ConfigureAwait(false);
                }

                EraseWork work = new(key, upToSequence);
                TaskCompletionSource committed = erasing[work] = new(TaskCreationOptions.RunContinuationsAsynchronously);
                if (!writer.Post(work))
                {
                    return;
                }

                await committed.Task.ConfigureAwait(false);
            }

            board.Forget(key);
            await mqtt.PublishAsync(AlertMessages.Json(OutputTopics.Rhythm(key), default, retain: true), CancellationToken.None).ConfigureAwait(false);
            done();
        }
        catch (MqttException e)
        {
            LogUnfinished(logger, e.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A stream's data are erased, but its retained rhythm could not be cleared: {Reason}")]
    private static partial void LogUnfinished(ILogger logger, string reason);
}
