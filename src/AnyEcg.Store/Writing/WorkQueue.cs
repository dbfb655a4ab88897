namespace AnyEcg.Store;

/// <summary>Works on their way to the store thread; bounded by number and bytes. Who finds it full waits. Any thread.</summary>
internal sealed class WorkQueue(int capacity, long capacityBytes, TimeProvider time)
{
#pragma warning disable CA2002, IDE0330 // Waiting for room needs a monitor.
    private readonly object gate = new();
#pragma warning restore CA2002, IDE0330
    private readonly Queue<Waiting> waiting = new();
    private long bytes;
    private int awaiting;
    private bool closed;

    public int Count
    {
        get
        {
            lock (gate)
                return waiting.Count;
        }
    }

    public long? OldestStamp
    {
        get
        {
            lock (gate)
                return waiting.TryPeek(out Waiting oldest) ? oldest.Stamp : null;
        }
    }

    /// <summary>Whether anybody waits for room.</summary>
    public bool IsAwaited => Volatile.Read(ref awaiting) > 0;

    private bool IsFull => waiting.Count >= capacity || bytes >= capacityBytes;

    /// <summary>Adds; false when the queue is full or closed.</summary>
    public bool TryAdd(StoreWork work)
    {
        lock (gate)
        {
            if (closed || IsFull)
                return false;
            Enqueue(work);
            return true;
        }
    }

    /// <summary>Adds, and waits for room first unless <paramref name="beyond"/> the bound is allowed; false when the queue is or becomes closed.</summary>
    public bool Add(StoreWork work, bool beyond)
    {
        lock (gate)
        {
            while (!closed && !beyond && IsFull)
            {
                awaiting++;
                Monitor.Wait(gate);
                awaiting--;
            }

            if (!closed)
                Enqueue(work);
            return !closed;
        }
    }

    /// <summary>Takes the oldest until they make up <paramref name="mostBytes"/>.</summary>
    public void Take(int mostBytes, List<StoreWork> into)
    {
        long taken = 0;
        lock (gate)
        {
            while (taken < mostBytes && waiting.TryDequeue(out Waiting next))
            {
                taken += next.Work.Size;
                into.Add(next.Work);
            }

            bytes -= taken;
            Monitor.PulseAll(gate);
        }
    }

    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Monitor.PulseAll(gate);
        }
    }

    private void Enqueue(StoreWork work)
    {
        waiting.Enqueue(new Waiting(work, time.GetTimestamp()));
        bytes += work.Size;
    }

    private readonly record struct Waiting(StoreWork Work, long Stamp);
}
