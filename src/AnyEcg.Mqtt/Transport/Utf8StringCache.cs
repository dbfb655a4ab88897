using System.Text;

namespace AnyEcg.Mqtt;

/// <summary>
/// Strings by their UTF-8 bytes, so that text seen before costs no allocation. Bounded: four places per hash bucket, of which
/// the oldest gives way. Not thread-safe.
/// </summary>
internal sealed class Utf8StringCache
{
    private const int Ways = 4;

    private readonly Entry[] entries;
    private readonly byte[] oldest;
    private readonly int bucketMask;

    /// <param name="capacity">Strings kept; rounded up to a power of two.</param>
    public Utf8StringCache(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        int buckets = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)((capacity + Ways - 1) / Ways));
        entries = new Entry[buckets * Ways];
        oldest = new byte[buckets];
        bucketMask = buckets - 1;
    }

    /// <summary>How often a string had to be made.</summary>
    public long Misses { get; private set; }

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            return "";
        HashCode hash = default;
        hash.AddBytes(utf8);
        int code = hash.ToHashCode();
        int bucket = code & bucketMask;
        Span<Entry> ways = entries.AsSpan(bucket * Ways, Ways);
        foreach (ref Entry entry in ways)
        {
            if (entry.Hash == code && entry.Utf8 is { } known && utf8.SequenceEqual(known))
                return entry.Text;
        }

        Misses++;
        ref Entry slot = ref ways[oldest[bucket]];
        oldest[bucket] = (byte)((oldest[bucket] + 1) % Ways);
        slot = new Entry(code, utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        return slot.Text;
    }

    private readonly record struct Entry(int Hash, byte[]? Utf8, string Text);
}
