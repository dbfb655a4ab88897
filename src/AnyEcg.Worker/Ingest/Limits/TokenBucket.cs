namespace AnyEcg.Worker;

/// <summary>
/// A rate with a burst: full at first, refilled with the time, never above its capacity. A mutable structure; receive loop only.
/// A clock that goes back refills nothing and takes nothing away.
/// </summary>
internal struct TokenBucket
{
    private readonly double perSecond, capacity;
    private double level, last;

    public TokenBucket(double perSecond, double capacity, double nowSeconds)
    {
        (this.perSecond, this.capacity) = (perSecond, capacity);
        (level, last) = (capacity, nowSeconds);
    }

    /// <summary>Whether this many tokens are there now.</summary>
    public bool Has(double tokens, double now)
    {
        level = Math.Min(capacity, level + Math.Max(0, now - last) * perSecond);
        last = Math.Max(last, now);
        return level >= tokens;
    }

    /// <summary>Takes what <see cref="Has"/> has found.</summary>
    public void Take(double tokens) => level -= tokens;
}

/// <summary>A bucket of messages beside one of their bytes. Receive loop only.</summary>
internal struct MessageBuckets(Allowance allowance, double burstSeconds, double nowSeconds)
{
    // A burst below one message, or below the largest payload, would never let any through.
    private TokenBucket messages = new(allowance.PerSecond, Math.Max(1, allowance.PerSecond * burstSeconds), nowSeconds);
    private TokenBucket bytes = new(allowance.BytesPerSecond, Math.Max(QuotaSizes.Default.MaxPayloadBytes, allowance.BytesPerSecond * burstSeconds), nowSeconds);

    /// <summary>0: both have room; 1: too many messages; 2: too many bytes.</summary>
    public int Lacks(int size, double now) => !messages.Has(1, now) ? 1 : !bytes.Has(size, now) ? 2 : 0;

    public void Take(int size)
    {
        messages.Take(1);
        bytes.Take(size);
    }
}
