using System.Numerics;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// The ready seconds of one stream that wait for their step, oldest first. Grows up to its capacity, which its owner keeps.
/// Engine thread only.
/// </summary>
internal sealed class Backlog(int capacity)
{
    private Waiting[] ring = new Waiting[4];
    private int head;

    public int Count { get; private set; }

    public bool IsFull => Count >= capacity;

    /// <summary>So many seconds wait, or half of what there is room for: what else comes for the stream had better wait.</summary>
    public bool IsCrowded(int seconds) => Count >= seconds || 2 * Count > capacity;

    /// <summary>Patches (lead-seconds with a token) that wait.</summary>
    public int Patches { get; private set; }

    /// <summary>The second that stands <paramref name="index"/> behind the oldest.</summary>
    public PatchSecond this[int index] => At(index).Second;

    /// <summary>Whether the network is to see that second: it has a token, and was not skipped when it was first judged.</summary>
    public bool HasToken(int index) => this[index].Present != 0 && !At(index).Skipped;

    /// <summary>Time stamp at which the engine was given what completed the oldest second.</summary>
    public long OldestStamp => At(0).Stamp;

    /// <summary>All that waits came at once: it is as new as it can be.</summary>
    public bool IsOfOneFrame => Count > 0 && this[0].CompletedNs == this[Count - 1].CompletedNs;

    /// <param name="second">The next second.</param>
    /// <param name="stamp">When the engine was given what completed it.</param>
    /// <param name="skip">It is judged without the network, in its turn.</param>
    public void Enqueue(PatchSecond second, long stamp, bool skip = false)
    {
        if (Count == ring.Length)
            Grow();
        At(Count) = new Waiting(second, stamp, skip);
        Count++;
        Patches += BitOperations.PopCount(second.Present);
    }

    public PatchSecond Dequeue()
    {
        PatchSecond oldest = this[0];
        At(0) = default;
        head = (head + 1) % ring.Length;
        Count--;
        Patches -= BitOperations.PopCount(oldest.Present);
        return oldest;
    }

    private void Grow()
    {
        Waiting[] larger = new Waiting[2 * ring.Length];
        for (int i = 0; i < Count; i++)
            larger[i] = At(i);
        (ring, head) = (larger, 0);
    }

    private ref Waiting At(int index) => ref ring[(head + index) % ring.Length];

    private readonly record struct Waiting(PatchSecond Second, long Stamp, bool Skipped);
}
