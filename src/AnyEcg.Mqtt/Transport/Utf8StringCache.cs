using System.Text;

namespace AnyEcg.Mqtt;

/// <summary>
/// Strings by their UTF-8 bytes: up to <paramref name="capacity"/> different texts are each made once, however often they come.
/// Bounded: when more come, the older half gives way; texts in use move to the younger half. Not thread-safe.
/// </summary>
internal sealed class Utf8StringCache(int capacity)
{
    private static readonly Utf8Comparer Comparer = new();

    private Dictionary<byte[], string> younger = new(Comparer);
    private Dictionary<byte[], string> older = new(Comparer);

    /// <summary>How often a string had to be made.</summary>
    public long Misses { get; private set; }

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            return "";
        return younger.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(utf8, out string? known) ? known : Admit(utf8);
    }

    private string Admit(ReadOnlySpan<byte> utf8)
    {
        if (!older.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(utf8, out byte[]? key, out string? text))
        {
            Misses++;
            key = utf8.ToArray();
            text = Encoding.UTF8.GetString(utf8);
        }

        if (younger.Count >= capacity)
        {
            (younger, older) = (older, younger);
            younger.Clear();
        }

        younger.Add(key, text);
        return text;
    }

    private sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes) => GetHashCode(bytes.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            HashCode hash = default;
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
