using System.Numerics;
using System.Text;

namespace AnyEcg.Mqtt;

/// <summary>
/// Strings by their UTF-8 bytes, so that text seen before costs no allocation. Bounded: four places per hash bucket, of which
/// the oldest gives way. Starts small and doubles up to its capacity as new texts come. Not thread-safe.
/// </summary>
internal sealed class Utf8StringCache
{
    private const int Ways = 4;
    private const int InitialBuckets = 16;

    private readonly int maxBuckets;
    private Entry[] entries = [];
    private byte[] oldest = [];
    private int filled;

    /// <param name="capacity">Strings kept; rounded up to a power of two.</param>
    public Utf8StringCache(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        maxBuckets = (int)BitOperations.RoundUpToPowerOf2((uint)((capacity + Ways - 1) / Ways));
        Resize(Math.Min(InitialBuckets, maxBuckets));
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
        foreach (ref Entry entry in entries.AsSpan(Bucket(code) * Ways, Ways))
        {
            if (entry.Hash == code && entry.Utf8 is { } known && utf8.SequenceEqual(known))
                return entry.Text;
        }

        Misses++;
        if (++filled > entries.Length / 2 && oldest.Length < maxBuckets)
            Grow();
        return Put(new Entry(code, utf8.ToArray(), Encoding.UTF8.GetString(utf8))).Text;
    }

    private int Bucket(int hash) => hash & (oldest.Length - 1);

    private Entry Put(Entry entry)
    {
        int bucket = Bucket(entry.Hash);
        entries[(bucket * Ways) + oldest[bucket]] = entry;
        oldest[bucket] = (byte)((oldest[bucket] + 1) % Ways);
        return entry;
    }

    private void Grow()
    {
        Entry[] old = entries;
        Resize(oldest.Length * 2);
        foreach (Entry entry in old)
        {
            if (entry.Utf8 is not null)
                Put(entry);
        }
    }

    private void Resize(int buckets)
    {
        entries = new Entry[buckets * Ways];
        oldest = new byte[buckets];
    }

    private readonly record struct Entry(int Hash, byte[]? Utf8, string Text);
}
