using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>
/// Who may put frames into the engine's queue: a group may have as many places there as are free (dynamic thresholds, Choudhury and
/// Hahne 1998). A group alone gets half of the queue, n greedy groups 1/(n+1) each, and there is always room for the next one.
/// A frame takes a place for every <see cref="SamplesPerPlace"/> samples that its storage has, so that the queue is bounded in
/// memory, too. The receive loop enters, the engine thread leaves.
/// </summary>
internal sealed class QueueShare(int capacity)
{
    /// <summary>Samples of all leads, 64 KiB: a second of 16 leads at 1000 Hz takes one place, the largest frame twenty.</summary>
    public const int SamplesPerPlace = 16_384;

    /// <summary>As many places as frames that the engine keeps up with are under way at most.</summary>
    public const int Behind = 1024;

    private int queued;

    /// <summary>Places taken by frames of all groups. Any thread.</summary>
    public int Queued => Volatile.Read(ref queued);

    /// <summary>
    /// Whether durable frames are better acknowledged before the engine has taken them: it is behind, and there is room. Otherwise what one
    /// stream has piled up would fill the Receive Maximum, and hold up everybody's acknowledgements, which leave in order. A quarter of
    /// the places is for these; the rest for what a broker sends meanwhile. Any thread.
    /// </summary>
    public bool IsBehind => Queued is > Behind and int now && now <= capacity / 4;

    public static int PlacesOf(EcgFrame frame) => Math.Max(1, (frame.Capacity + SamplesPerPlace - 1) / SamplesPerPlace);

    public bool TryEnter(GroupQuota group, int places)
    {
        if (group.Queued + places > capacity - Queued - places)
        {
            return false;
        }

        group.Enqueued(places);
        Interlocked.Add(ref queued, places);
        return true;
    }

    public void Leave(GroupQuota group, int places)
    {
        group.Dequeued(places);
        Interlocked.Add(ref queued, -places);
    }
}
