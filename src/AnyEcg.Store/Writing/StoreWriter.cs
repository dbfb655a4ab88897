using System.Runtime.InteropServices;

namespace AnyEcg.Store;

/// <summary>
/// The store thread. Inputs and works come through two bounded queues; one transaction takes from both, each in its own order, when the
/// oldest has waited as long as the load has it (<see cref="CommitPacing"/>) or the batch is full. What is durable is told to
/// <see cref="IStoreEvents"/>. While a commit fails, everything waits: nothing is told, lost or reordered.
/// </summary>
public sealed class StoreWriter : IDisposable
{
    private readonly StoreWriterOptions options;
    private readonly TimeProvider time;
    private readonly IStoreEvents events;
    private readonly InputQueue inputs;
    private readonly WorkQueue work;
    private readonly StoreCounters counters = new();
    private readonly HealthState health;
    private readonly BatchCommitter committer;
    private readonly CommitBatch batch = new();
    private readonly TimedWait wait;
    private readonly CommitPacing pacing;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource abandon = new();
    private readonly Thread thread;
    private volatile bool stopping;
    private volatile int inputsTaken;
    private long takenStamp;
    private int disposed;

    /// <summary>Connects and reads where the streams stand. <see cref="Start"/> begins to write.</summary>
    /// <param name="database">Opened for writing; stays the caller's.</param>
    /// <param name="options">Limits.</param>
    /// <param name="events">Who is told.</param>
    /// <param name="time">The clock.</param>
    public StoreWriter(StoreDatabase database, StoreWriterOptions options, IStoreEvents events, TimeProvider time)
    {
        (this.options, this.events, this.time) = (options, events, time);
        inputs = new InputQueue(options.QueuedInputs, options.QueuedBytes, time);
        work = new WorkQueue(options.QueuedWork, options.QueuedWorkBytes, time);
        health = new HealthState(time, options.StallLimit);
        wait = new TimedWait(time);
        pacing = new CommitPacing(options.CommitDelay, time);
        committer = new BatchCommitter(database, options, time, counters, health);
        thread = new Thread(Run) { IsBackground = true, Name = "AnyEcg store" };
    }

    /// <summary>Any thread.</summary>
    public StoreHealth Health => health.Current;

    /// <summary>Any thread.</summary>
    public StoreStatistics Statistics => counters.Snapshot(inputs.Count + inputsTaken, work.Count);

    /// <summary>How long the oldest input has waited to become durable. Any thread.</summary>
    public TimeSpan OldestInputAge => (inputsTaken > 0 ? Interlocked.Read(ref takenStamp) : inputs.OldestStamp) is { } stamp
        ? time.GetElapsedTime(stamp)
        : TimeSpan.Zero;

    /// <summary>Whether somebody waits in <see cref="Post"/> for room. Any thread.</summary>
    public bool IsAwaited => work.IsAwaited;

    public void Start() => thread.Start();

    /// <summary>Queues an input; false: the queue is full (or the writer has stopped), try again later. Never waits. Any thread.</summary>
    public bool TryAppend(in JournalInput input)
    {
        int waiting = inputs.TryAdd(input);
        if (waiting == 0)
            counters.Refuse();
        else if (waiting == 1 || waiting == options.BatchInputs)
            wait.Wake();
        return waiting > 0;
    }

    /// <summary>
    /// Queues a work. Waits while the queue is full, through an outage of the disk too; not on the store thread, which
    /// may go beyond the bound. False: the writer has stopped, the work will not become durable. Any thread.
    /// </summary>
    public bool Post(StoreWork item)
    {
        bool added = work.Add(item, beyond: Thread.CurrentThread == thread);
        if (added)
            wait.Wake();
        return added;
    }

    /// <summary>The same without waiting; false when the queue is full or the writer has stopped. Any thread.</summary>
    public bool TryPost(StoreWork item)
    {
        bool added = work.TryAdd(item);
        if (added)
            wait.Wake();
        return added;
    }

    /// <summary>
    /// Takes nothing more, makes durable what is queued, and ends. When <paramref name="limit"/> is cancelled first (the disk fails), what is
    /// not durable then was never told to be.
    /// </summary>
    public async Task StopAsync(CancellationToken limit)
    {
        stopping = true;
        inputs.Close();
        work.Close();
        wait.Wake();
        if (thread.ThreadState.HasFlag(ThreadState.Unstarted))
            return;
        using CancellationTokenRegistration cut = limit.Register(Abandon);
        await ended.Task.ConfigureAwait(false);
    }

    /// <summary>Ends at once; a transaction that runs is waited for.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        stopping = true;
        inputs.Close();
        work.Close();
        Abandon();
        if (!thread.ThreadState.HasFlag(ThreadState.Unstarted) && Thread.CurrentThread != thread)
            thread.Join();
        committer.Dispose();
        wait.Dispose();
        abandon.Dispose();
    }

    private void Abandon()
    {
        abandon.Cancel();
        wait.Wake();
    }

    private void Run()
    {
        try
        {
            while (AwaitBatch() && Commit())
            {
                inputsTaken = 0;
                Announce();
                batch.Clear();
            }
        }
#pragma warning disable CA1031 // Whatever it is, nothing becomes durable any more, and that must be told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            health.Stopped((e as StoreRefusedException)?.Failure ?? StoreFailure.Other);
            events.StoreStopped(e);
        }

        inputs.Close();
        work.Close();
        ended.TrySetResult();
    }

    private bool Commit()
    {
        long started = time.GetTimestamp();
        bool committed = committer.Commit(batch, Pause);
        pacing.Committed(batch.Inputs.Count + batch.Done.Count, time.GetElapsedTime(started));
        return committed;
    }

    /// <summary>Waits until there is a batch worth a commit, and takes it; false: stopped, and nothing is left.</summary>
    private bool AwaitBatch()
    {
        while (!abandon.IsCancellationRequested)
        {
            wait.Reset();
            TimeSpan? due = UntilDue();
            if (due <= TimeSpan.Zero)
            {
                Interlocked.Exchange(ref takenStamp, inputs.OldestStamp ?? 0);
                batch.Fill(inputs, work, committer.Slots, options);
                inputsTaken = batch.Inputs.Count;
                return true;
            }

            if (due is null && stopping)
                return false;
            wait.Wait(due ?? options.Retention.Interval);
        }

        return false;
    }

    /// <summary>Null: nothing waits.</summary>
    private TimeSpan? UntilDue()
    {
        int waiting = inputs.Count;
        long? oldest = Earlier(inputs.OldestStamp, work.OldestStamp);
        if (oldest is null)
            return committer.RetentionDue && !stopping ? TimeSpan.Zero : null;
        return stopping || waiting >= options.BatchInputs ? TimeSpan.Zero : pacing.Delay - time.GetElapsedTime(oldest.Value);
    }

    private static long? Earlier(long? a, long? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);

    /// <summary>Between two tries; false: no further try.</summary>
    private bool Pause(TimeSpan pause)
    {
        long start = time.GetTimestamp();
        while (!abandon.IsCancellationRequested)
        {
            wait.Reset();
            TimeSpan left = pause - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                return true;
            wait.Wait(left);
        }

        return false;
    }

    private void Announce()
    {
        if (batch.Inputs.Count > 0)
            events.InputsCommitted(CollectionsMarshal.AsSpan(batch.Inputs));
        if (batch.Done.Count > 0)
            events.WorkCommitted(CollectionsMarshal.AsSpan(batch.Done));
    }
}
