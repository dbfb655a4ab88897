namespace AnyEcg.Store;

/// <summary>Inputs on their way to the store thread; bounded by number and bytes, never waits. Any thread.</summary>
internal sealed class InputQueue(int capacity, long capacityBytes, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Queue<Waiting> waiting = new();
    private long bytes;
    private bool closed;

    public int Count
    {
        get
        {
            lock (gate)
                return waiting.Count;
        }
    }

    /// <summary>When the oldest came, in timestamps; null when empty.</summary>
    public long? OldestStamp
    {
        get
        {
            lock (gate)
                return waiting.TryPeek(out Waiting oldest) ? oldest.Stamp : null;
        }
    }

    /// <summary>How many wait now, this one included; 0: refused, the queue is full or closed.</summary>
    public int TryAdd(in JournalInput input)
    {
        lock (gate)
        {
            if (closed || waiting.Count >= capacity || (bytes + input.Body.Length > capacityBytes && waiting.Count > 0))
                return 0;
            waiting.Enqueue(new Waiting(input, time.GetTimestamp()));
            bytes += input.Body.Length;
            return waiting.Count;
        }
    }

    /// <summary>Takes up to <paramref name="most"/>, oldest first.</summary>
    public void Take(int most, List<JournalInput> into)
    {
        lock (gate)
        {
            while (into.Count < most && waiting.TryDequeue(out Waiting next))
            {
                bytes -= next.Input.Body.Length;
                into.Add(next.Input);
            }
        }
    }

    public void Close()
    {
        lock (gate)
            closed = true;
    }

    private readonly record struct Waiting(JournalInput Input, long Stamp);
}
