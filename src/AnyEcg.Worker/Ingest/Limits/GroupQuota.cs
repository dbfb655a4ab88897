namespace AnyEcg.Worker;

/// <summary>What one group has of what it may have. Receive loop only, but for <see cref="Queued"/>.</summary>
internal sealed class GroupQuota(QuotaSizes sizes, double nowSeconds)
{
    /// <summary>All messages of the group; a field because it is a mutable structure.</summary>
    public MessageBuckets Messages = new(sizes.Messages, sizes.BurstSeconds, nowSeconds);

    private int queued;

    public QuotaSizes Sizes => sizes;

    /// <summary>Streams in the directory.</summary>
    public int Streams { get; set; }

    /// <summary>While all of its places are taken: none of its streams will have been silent long enough before this second.</summary>
    public double FullUntil { get; set; }

    /// <summary>Frames waiting for a descriptor.</summary>
    public int Held { get; set; }

    /// <summary>Places of the engine's queue that its frames take. Any thread.</summary>
    public int Queued => Volatile.Read(ref queued);

    /// <summary>Nothing hangs on it: it may be forgotten.</summary>
    public bool IsIdle => Streams == 0 && Held == 0 && Queued == 0;

    public void Enqueued(int places) => Interlocked.Add(ref queued, places);

    public void Dequeued(int places) => Interlocked.Add(ref queued, -places);
}

/// <summary>The same of one stream. Receive loop only.</summary>
internal sealed class StreamQuota(QuotaSizes sizes, double nowSeconds)
{
    public MessageBuckets Frames = new(sizes.StreamFrames, sizes.BurstSeconds, nowSeconds);

    /// <summary>Descriptors, statuses and marks.</summary>
    public TokenBucket Notes = new(sizes.StreamNotes.PerSecond, sizes.StreamNotes.Burst, nowSeconds);
}
