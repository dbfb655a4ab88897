using System.Numerics;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// The ready seconds of one stream that wait for their step, oldest first. Grows up to its capacity, which its owner keeps.
/// Engine thread only.
/// </summary>
internal sealed class Backlog(int capacity)
{
    private PatchSecond?[] ring = new PatchSecond?[4];
    private int head;

    public int Count { get; private set; }

    public bool IsFull => Count >= capacity;

    /// <summary>Patches (lead-seconds with a token) that wait.</summary>
    public int Patches { get; private set; }

    /// <summary>The second that stands <paramref name="index"/> behind the oldest.</summary>
    public PatchSecond this[int index] => ring[(head + index) % ring.Length]!;

    public void Enqueue(PatchSecond second)
    {
        if (Count == ring.Length)
            Grow();
        ring[(head + Count) % ring.Length] = second;
        Count++;
        Patches += BitOperations.PopCount(second.Present);
    }

    public PatchSecond Dequeue()
    {
        PatchSecond oldest = this[0];
        ring[head] = null;
        head = (head + 1) % ring.Length;
        Count--;
        Patches -= BitOperations.PopCount(oldest.Present);
        return oldest;
    }

    private void Grow()
    {
        PatchSecond?[] larger = new PatchSecond?[2 * ring.Length];
        for (int i = 0; i < Count; i++)
            larger[i] = this[i];
        ring = larger;
        head = 0;
    }
}
