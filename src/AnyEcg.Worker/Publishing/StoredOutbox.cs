using System.Data.Common;
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

    /// <summary>Pause before the database is asked over another connection, and before the broker is offered again what it refused.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1), AfterRefusal = TimeSpan.FromSeconds(30);

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
    private long after;
    private int refused;

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

        StoreReader? reader = null;
        try
        {
            bool more = true;
            while (more)
            {
                try
                {
                    reader ??= database.OpenReader();
                    more = await TurnAsync(reader, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (e is DbException or StoreUnavailableException)
                {
                    // A server that was restarted: what waits there can be read again over another connection.
                    LogUnreadable(logger, e.GetType().Name);
                    reader?.Dispose();
                    reader = null;
                    await Task.Delay(Again, store.Time, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            reader?.Dispose();
        }
    }

    /// <summary>Finds out what an earlier run has left. Before anything is stored.</summary>
    public void Begin()
    {
        if (store.Database is not { } database)
        {
            return;
        }

        using StoreReader reader = database.OpenReader();
        long last = 0;
        while (reader.Unsent(last) is { Count: > 0 } page)
        {
            last = page[^1].OutboxId;
        }

        Interlocked.Exchange(ref newest, last);
    }

    /// <summary>One page, or a wait for the next; false once completed and empty.</summary>
    private async Task<bool> TurnAsync(StoreReader reader, CancellationToken cancellationToken)
    {
        bool last = completed;
        IReadOnlyList<UnsentTransition> page = reader.Unsent(after, MaxTogether);
        if (page.Count > 0)
        {
            // The state that is retained is the newest, whichever revision is sent: one that was refused comes late.
            List<(UnsentTransition Unsent, StoredAlert? Now)> together = [.. page.Select(unsent => (unsent, Newer(reader, unsent)))];
            await Task.WhenAll(together.Select(both => SendAsync(both.Unsent, both.Now, cancellationToken))).ConfigureAwait(false);
            after = page[^1].OutboxId;
            Interlocked.Exchange(ref published, Math.Max(after, Interlocked.Read(ref published)));
            PostSent();
            return true;
        }

        PostSent();
        if (last)
        {
            return false;
        }

        if (refused == 0)
        {
            await news.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (!await news.WaitAsync(AfterRefusal, cancellationToken).ConfigureAwait(false))
        {
            // From the beginning: what was sent meanwhile is no longer there.
            (after, refused) = (0, 0);
        }

        return true;
    }

    public void Dispose() => news.Dispose();

    /// <summary>The alert where it has gone on since the transition; else null.</summary>
    private static StoredAlert? Newer(StoreReader reader, UnsentTransition unsent) =>
        unsent.NewestRevision > unsent.Transition.Revision ? reader.Alert(unsent.Transition.AlertId) : null;

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

    private async Task SendAsync(UnsentTransition unsent, StoredAlert? now, CancellationToken cancellationToken)
    {
        StoredTransition transition = unsent.Transition;
        IReadOnlyList<KeyValuePair<string, string>> attributes = AlertAttributes.Read(transition.Attributes, transition.ReceivedNs, store.NowNs());
        AlertMessages both = AlertMessages.Of(transition.Stream, transition.AlertId, transition.Body, transition.Over, attributes);
        MqttMessage state = now is null ? both.State : both.State with { Payload = now.Over ? default : now.Body };
        try
        {
            crash.Pass(CrashPoint.BeforePublish);
            Task first = mqtt.PublishAsync(both.Transition, cancellationToken).AsTask();
            Task second = mqtt.PublishAsync(state, cancellationToken).AsTask();
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
            // It stays in the outbox, and is offered again.
            Interlocked.Increment(ref refused);
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

    [LoggerMessage(3, LogLevel.Warning, "The outbox cannot be read just now ({Fault})")]
    private static partial void LogUnreadable(ILogger logger, string fault);

    [LoggerMessage(2, LogLevel.Error, "A replay decided a {Kind} alert otherwise than before (revision {Revision}); what was published stays")]
    private static partial void LogDiverged(ILogger logger, string kind, int revision);
}
