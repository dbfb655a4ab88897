namespace AnyEcg.Model;

/// <summary>
/// Which seconds the rings of each lead slot hold: bit i of a lead slot's words stands for the second i before its last one
/// (<see cref="SlotTable.LeadLast"/>), of the last W seconds. Kept by the engine that does not stamp its rings. Engine thread only.
/// </summary>
internal sealed class PresenceHistory
{
    private const int WordBits = 64;

    private readonly ulong[] bits;
    private readonly ulong lastWordMask;

    public PresenceHistory(int maxLeadSlots, int window)
    {
        Window = window;
        Words = (window + WordBits - 1) / WordBits;
        bits = new ulong[maxLeadSlots * Words];
        lastWordMask = Mask(window - (Words - 1) * WordBits);
    }

    public int Window { get; }

    /// <summary>Words of 64 bits in each lead slot.</summary>
    public int Words { get; }

    public void Forget(int leadSlot) => Of(leadSlot).Clear();

    /// <summary>Notes a second that lies so many seconds (1 or more) after the last one.</summary>
    public void Append(int leadSlot, long gap)
    {
        if (Words == 1)
        {
            bits[leadSlot] = (gap < WordBits ? bits[leadSlot] << (int)gap : 0) & lastWordMask | 1;
            return;
        }

        Span<ulong> own = Of(leadSlot);
        Shift(own, gap, own);
        own[^1] &= lastWordMask;
        own[0] |= 1;
    }

    /// <summary>
    /// What a token sees of the rings: bit i stands for the second i before the one before its own, which lies <paramref name="gap"/> (0 or more) seconds
    /// after the lead's last; the first <paramref name="count"/> bits only.
    /// </summary>
    public void See(int leadSlot, long gap, long count, Span<ulong> seen)
    {
        if (Words == 1)
        {
            seen[0] = (gap < WordBits ? bits[leadSlot] << (int)gap : 0) & Mask(count);
            return;
        }

        Shift(Of(leadSlot), gap, seen);
        for (int word = 0; word < Words; word++)
        {
            seen[word] &= Mask(count - (long)word * WordBits);
        }
    }

    /// <summary>Whether the ring holds the second i before the last one.</summary>
    public bool Holds(int leadSlot, long i) => i >= 0 && i < Window && (bits[leadSlot * Words + (int)(i / WordBits)] >> (int)(i % WordBits) & 1) != 0;

    /// <summary>Notes that the ring holds the second i before the last one; for slots that are restored.</summary>
    public void Set(int leadSlot, int i) => bits[leadSlot * Words + i / WordBits] |= 1UL << i % WordBits;

    private Span<ulong> Of(int leadSlot) => bits.AsSpan(leadSlot * Words, Words);

    private static ulong Mask(long count) => count <= 0 ? 0 : count >= WordBits ? ulong.MaxValue : (1UL << (int)count) - 1;

    /// <summary>From the highest word down, so that a number may be shifted in place.</summary>
    private static void Shift(ReadOnlySpan<ulong> from, long by, Span<ulong> to)
    {
        long words = by / WordBits;
        int rest = (int)(by % WordBits);
        for (int word = to.Length - 1; word >= 0; word--)
        {
            ulong high = word >= words ? from[word - (int)words] << rest : 0;
            to[word] = rest > 0 && word > words ? high | from[word - (int)words - 1] >> (WordBits - rest) : high;
        }
    }
}
