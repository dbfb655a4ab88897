using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Signal;

/// <summary>
/// A fingerprint of each of the last samples (all leads together), to tell a repeat from a conflict without keeping the
/// samples: two different samples pass for the same once in four thousand million. Ring of fixed size.
/// </summary>
internal sealed class SampleHistory(int capacity) : IStateful
{
    /// <summary>Stands for a sample that was given up.</summary>
    public const uint Gap = 0;

    private readonly uint[] prints = new uint[capacity];
    private long count;

    /// <summary>First sample that is not in it yet.</summary>
    public long End { get; private set; }

    /// <summary>Oldest sample that is remembered.</summary>
    public long Start => End - Math.Min(count, capacity);

    public uint this[long sample] => prints[sample % capacity];

    public void Reset(long next) => (End, count) = (next, 0);

    public void Add(in AlignedBlock block, int leads)
    {
        // Only the newest can be remembered.
        int skip = Math.Max(0, block.Count - capacity), count = block.Count - skip;
        int at = (int)((block.FirstSample + skip) % capacity), straight = Math.Min(count, capacity - at);
        Print(block, skip, leads, prints.AsSpan(at, straight));
        Print(block, skip + straight, leads, prints.AsSpan(0, count - straight));
        Advance(block.Count);
    }

    public void AddGap(long length)
    {
        for (long i = Math.Max(0, length - capacity); i < length; i++)
        {
            prints[(End + i) % capacity] = Gap;
        }

        Advance(length);
    }

    public static uint Print(EcgFrame frame, int index)
    {
        uint print = 0;
        for (int lead = 0; lead < frame.LeadCount; lead++)
        {
            print = Mix(print, frame.LeadSamples(lead)[index]);
        }

        return Seal(print);
    }

    /// <summary>The same for a run of samples; all leads together are one fingerprint.</summary>
    private static void Print(in AlignedBlock block, int from, int leads, Span<uint> to)
    {
        int i = 0;
        ref uint first = ref MemoryMarshal.GetReference(to);
        for (; i <= to.Length - Vector256<uint>.Count; i += Vector256<uint>.Count)
        {
            Vector256<uint> print = default;
            for (int lead = 0; lead < leads; lead++)
                print = Mix(print, Vector256.Create(block.Lead(lead)[(from + i)..]));
            Seal(print).StoreUnsafe(ref first, (nuint)i);
        }

        for (; i < to.Length; i++)
        {
            uint print = 0;
            for (int lead = 0; lead < leads; lead++)
                print = Mix(print, block.Lead(lead)[from + i]);
            to[i] = Seal(print);
        }
    }

    /// <summary>Only what is remembered, oldest first: the ring in two pieces.</summary>
    public void Exchange(StateExchange state)
    {
        End = state.Position(End);
        count = state.Within(count, 0, End);
        int live = (int)Math.Min(count, capacity), first = (int)(Start % capacity), straight = Math.Min(live, capacity - first);
        state.Values(prints.AsSpan(first, straight));
        state.Values(prints.AsSpan(0, live - straight));
    }

    private void Advance(long length) => (End, count) = (End + length, count + length);

    /// <summary>Adding zero makes the two zeros one.</summary>
    private static uint Mix(uint print, float value) =>
        BitOperations.RotateLeft((print ^ BitConverter.SingleToUInt32Bits(value + 0f)) * 0x9E3779B1u, 15);

    private static Vector256<uint> Mix(Vector256<uint> print, Vector256<float> values)
    {
        Vector256<uint> mixed = (print ^ (values + Vector256<float>.Zero).AsUInt32()) * 0x9E3779B1u;
        return (mixed << 15) | (mixed >> 17);
    }

    private static Vector256<uint> Seal(Vector256<uint> print)
    {
        print = (print ^ (print >> 16)) * 0x85EBCA6Bu;
        print ^= print >> 13;
        return Vector256.ConditionalSelect(Vector256.Equals(print, Vector256.Create(Gap)), Vector256<uint>.One, print);
    }

    private static uint Seal(uint print)
    {
        print = (print ^ (print >> 16)) * 0x85EBCA6Bu;
        print ^= print >> 13;
        return print == Gap ? 1 : print;
    }
}
