namespace AnyEcg.Worker;

/// <summary>
/// Who may put frames into the engine's queue: a group may have as many there as are free (dynamic thresholds, Choudhury and Hahne
/// 1998). A group alone gets half of the queue, n greedy groups 1/(n+1) each, and there is always room for the next one.
/// The receive loop enters, the engine thread leaves.
/// </summary>
internal sealed class QueueShare(int capacity)
{
    private int queued;

    /// <summary>Frames of all groups in the queue. Any thread.</summary>
    public int Queued => Volatile.Read(ref queued);

    public bool TryEnter(GroupQuota group)
    {
        if (group.Queued >= capacity - Queued)
        {
            return false;
        }

        group.Enqueued();
        Interlocked.Increment(ref queued);
        return true;
    }

    public void Leave(GroupQuota group)
    {
        group.Dequeued();
        Interlocked.Decrement(ref queued);
    }
}
