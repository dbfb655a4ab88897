namespace AnyEcg.Store;

/// <summary>
/// Makes a batch durable, however many tries it takes: a transaction that fails is rolled back and tried again whole, after a pause that
/// grows, on a new connection where the old one may be broken. Store thread only.
/// </summary>
internal sealed class BatchCommitter : IDisposable
{
    private readonly StoreDatabase database;
    private readonly StoreWriterOptions options;
    private readonly TimeProvider time;
    private readonly StoreCounters counters;
    private readonly HealthState health;
    private readonly RetentionRound retention;
    private StoreSession? session;

    public BatchCommitter(StoreDatabase database, StoreWriterOptions options, TimeProvider time, StoreCounters counters, HealthState health)
    {
        (this.database, this.options, this.time, this.counters, this.health) = (database, options, time, counters, health);
        try
        {
            WriterConnection connection = database.ConnectWriter();
            session = new StoreSession(connection, Slots, options.Retention);
            SlotLoader.Load(connection.Connection, database.Options.Groups, Slots);
        }
        catch (Exception e)
        {
            session?.Dispose();
            throw database.Explain(e);
        }

        retention = new RetentionRound(Slots, options.Retention, time);
    }

    public StreamSlots Slots { get; } = new();

    /// <summary>Whether a stream's retention is due, so that a commit without other work is worth while.</summary>
    public bool RetentionDue => retention.IsDue;

    /// <summary>Returns when the batch is durable; false: <paramref name="pause"/> was cut short, the batch is not durable.</summary>
    /// <exception cref="StoreRefusedException">It never will be.</exception>
    public bool Commit(CommitBatch batch, Func<TimeSpan, bool> pause)
    {
        TimeSpan wait = options.RetryFirst;
        while (!Try(batch))
        {
            if (!pause(wait))
                return false;
            wait = TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, options.RetryLast.Ticks));
        }

        return true;
    }

    public void Dispose() => session?.Dispose();

    private bool Try(CommitBatch batch)
    {
        long start = time.GetTimestamp();
        health.Begin();
        try
        {
            session ??= new StoreSession(database.ConnectWriter(), Slots, options.Retention);
            Transact(session, batch);
        }
        catch (Exception e) when (e is not StoreRefusedException)
        {
            Fail(e);
            return false;
        }

        health.Succeeded();
        TakeOver(batch, time.GetElapsedTime(start));
        session.AfterCommit();
        return true;
    }

    private void Transact(StoreSession current, CommitBatch batch)
    {
        retention.Begin();
        current.Write(batch);
        retention.Trim(current);
        PassBefore(batch);
        current.Commit();
        PassAfter(batch);
    }

    /// <summary>The transaction is durable: what only then may change.</summary>
    private void TakeOver(CommitBatch batch, TimeSpan took)
    {
        counters.Committed(batch, took);
        counters.Trimmed(retention.Committed());
        foreach (StoreWork work in batch.Work)
        {
            if (work is SnapshotWork snapshot)
                Slots.Get(work.Stream).SnapshotSequence = snapshot.Sequence;
        }
    }

    /// <exception cref="StoreRefusedException">Trying again does not help.</exception>
    private void Fail(Exception failure)
    {
        StoreFailure reason = database.Classify(failure);
        counters.Fail(reason);
        health.Failed(reason);
        RollBack(keepConnection: reason is StoreFailure.DiskFull or StoreFailure.Locked);
        if (reason is StoreFailure.Corrupt or StoreFailure.Other)
            throw new StoreRefusedException(reason, $"The store cannot go on: {StoreHealth.Words(reason)}.", failure);
        if (reason == StoreFailure.DiskFull)
            MakeRoom();
    }

    private void RollBack(bool keepConnection)
    {
        try
        {
            session?.Rollback();
        }
        catch (Exception e) when (database.Classify(e) != StoreFailure.Other)
        {
            keepConnection = false;
        }

        if (keepConnection)
            return;
        session?.Dispose();
        session = null;
    }

    /// <summary>A full disk may have room once retention has run by itself.</summary>
    private void MakeRoom()
    {
        if (session is null)
            return;
        try
        {
            retention.Begin();
            session.Begin();
            retention.Trim(session);
            session.Commit();
            counters.Trimmed(retention.Committed());
        }
        catch (Exception e) when (database.Classify(e) is not (StoreFailure.Other or StoreFailure.Corrupt))
        {
            RollBack(keepConnection: true);
        }
    }

    private void PassBefore(CommitBatch batch)
    {
        if (options.CrashPoint is not { } pass)
            return;
        PassIf(batch.Inputs.Count > 0, CrashPoints.BeforeJournalCommit, pass);
        PassIf(batch.Holds<TransitionWork>(), CrashPoints.BeforeOutboxCommit, pass);
        PassIf(batch.Holds<SentWork>(), CrashPoints.BeforeMarkSent, pass);
        PassIf(batch.Holds<SnapshotWork>(), CrashPoints.BeforeSnapshot, pass);
    }

    private void PassAfter(CommitBatch batch)
    {
        if (options.CrashPoint is not { } pass)
            return;
        PassIf(batch.Inputs.Count > 0, CrashPoints.AfterJournalCommit, pass);
        PassIf(batch.Holds<TransitionWork>(), CrashPoints.AfterOutboxCommit, pass);
        PassIf(batch.Holds<SentWork>(), CrashPoints.AfterMarkSent, pass);
        PassIf(batch.Holds<SnapshotWork>(), CrashPoints.AfterSnapshot, pass);
    }

    private static void PassIf(bool condition, string point, Action<string> pass)
    {
        if (condition)
            pass(point);
    }
}
