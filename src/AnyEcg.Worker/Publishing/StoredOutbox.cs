using AnyEcg.Mqtt;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>
/// From the store's outbox to the broker: whatever was decided, by this run or an earlier one, and not confirmed. Read from the database
/// in the order of the commits, sent together, and marked as sent once the broker has confirmed both messages. One loop, on the thread pool.
/// </summary>
internal sealed partial class StoredOutbox : IDisposable
{
    private const int MaxTogether = 256;

    private readonly StoreHost store;
    private readonly IMqttConnection mqtt;
    private readonly PublishMetrics metrics;
    private readonly CrashPoint crash;
    private readonly ILogger<StoredOutbox> logger;
    private readonly SemaphoreSlim news = new(0);
    private readonly List<SentWork> unposted = [];
    private volatile bool completed;
    private long newest;
    private long published;

    public StoredOutbox(StoreHost store, StoreEvents events, IMqttConnection mqtt, PublishMetrics metrics, CrashPoint crash, ILogger<StoredOutbox> logger)
    {
        (this.store, this.mqtt, this.metrics, this.crash, this.logger) = (store, mqtt, metrics, crash, logger);
        events.Work += Committed;
    }

    /// <summary>Transitions of this run that the broker has not confirmed, about. Any thread.</summary>
    public long Pending => Math.Max(0, Interlocked.Read(ref newest) - Interlocked.Read(ref published));

    /// <summary>Number of the newest transition that was stored. Any thread.</summary>
    public long Newest => Interlocked.Read(ref newest);

    /// <summary>Whether all transitions up to a number were sent. Any thread.</summary>
    public bool HasSent(long id) => Interlocked.Read(ref published) >= id;

    /// <summary>Nothing more will be stored: what is there is sent, then <see cref="RunAsync"/> ends.</summary>
    public void Complete()
    {
        completed = true;
        news.Release();
    }

    /// <summary>Runs until completed and empty, or cancelled; nothing without a store.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (store.Database is not { } database)
        {
            return;
        }

        using StoreReader reader = database.OpenReader();
        long after = 0;
        while (true)
        {
            bool last = completed;
            IReadOnlyList<UnsentTransition> page = reader.Unsent(after, MaxTogether);
            if (page.Count > 0)
            {
                await Task.WhenAll(page.Select(unsent => SendAsync(unsent, cancellationToken))).ConfigureAwait(false);
                after = page[^1].OutboxId;
                Interlocked.Exchange(ref published, after);
                PostSent();
                continue;
            }

            if (last)
            {
                PostSent();
                return;
            }

            await news.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => news.Dispose();

    /// <summary>Store thread: a new transition has an outbox entry, one that was there already has not.</summary>
    private void Committed(CommittedWork done)
    {
        if (done is not { Work: TransitionWork work })
        {
            return;
        }

        if (done.Outcome == WorkOutcome.Stored)
        {
            Interlocked.Exchange(ref newest, done.Id);
            news.Release();
        }
        else if (done.Outcome == WorkOutcome.Diverged)
        {
            LogDiverged(logger, work.Kind, work.Revision);
        }
    }

    private async Task SendAsync(UnsentTransition unsent, CancellationToken cancellationToken)
    {
        StoredTransition transition = unsent.Transition;
        IReadOnlyList<KeyValuePair<string, string>> attributes = AlertAttributes.Read(transition.Attributes, transition.ReceivedNs, store.NowNs());
        AlertMessages both = AlertMessages.Of(transition.Stream, transition.AlertId, transition.Body, transition.Over, attributes);
        try
        {
            crash.Pass(CrashPoint.BeforePublish);
            Task first = mqtt.PublishAsync(both.Transition, cancellationToken).AsTask();
            Task second = mqtt.PublishAsync(both.State, cancellationToken).AsTask();
            await first.ConfigureAwait(false);
            metrics.Published(PublishedAlert.Of(transition.Body, transition.ReceivedNs), store.NowNs());
            await second.ConfigureAwait(false);
            metrics.Published(null, store.NowNs());
            crash.Pass(CrashPoint.AfterPublish);
            lock (unposted)
            {
                unposted.Add(new SentWork(transition.Stream, unsent.OutboxId));
            }
        }
        catch (MqttException e)
        {
            // It stays in the outbox, and is tried again by the next run.
            metrics.Failed(alert: true);
            LogRefused(logger, e.Message);
        }
    }

    /// <summary>
    /// In the order of the outbox, so that after a crash no earlier revision of an alert is published again, and retained, without the later
    /// ones. What finds no room is posted with the next ones; not at all means that it is published once more by the next run.
    /// </summary>
    private void PostSent()
    {
        lock (unposted)
        {
            unposted.Sort((a, b) => a.OutboxId.CompareTo(b.OutboxId));
            int posted = 0;
            while (posted < unposted.Count && store.Writer!.TryPost(unposted[posted]))
            {
                posted++;
            }

            unposted.RemoveRange(0, posted);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The broker did not take an alert: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Error, "A replay decided a {Kind} alert otherwise than before (revision {Revision}); what was published stays")]
    private static partial void LogDiverged(ILogger logger, string kind, int revision);
}
