namespace AnyEcg.Store;

/// <summary>
/// Goes round the streams, a few of them with each commit, each stream once an interval, so that trimming never comes all at once.
/// Store thread only.
/// </summary>
internal sealed class RetentionRound(StreamSlots slots, RetentionOptions options, TimeProvider time)
{
    private const int StreamsPerCommit = 4;

    private readonly List<TrimResult> results = [];
    private int next;

    public bool IsDue => slots.All.Count > 0 && Peek(0).TrimDue <= time.GetTimestamp() && Peek(0).Number > 0;

    public void Begin() => results.Clear();

    public void Trim(StoreSession session)
    {
        long now = time.GetTimestamp();
        long nowNs = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        int rows = options.RowsPerCommit;
        for (int i = 0; i < StreamsPerCommit && i < slots.All.Count && rows > 0; i++)
        {
            StreamSlot slot = Peek(i);
            if (slot.TrimDue > now || slot.Number == 0)
                break;
            TrimResult result = session.Trim(slot, nowNs, rows);
            results.Add(result);
            rows -= result.Rows;
        }
    }

    /// <summary>The deletions are durable; how many rows they were.</summary>
    public int Committed()
    {
        long due = time.GetTimestamp() + (long)(options.Interval.TotalSeconds * time.TimestampFrequency);
        int rows = 0;
        foreach (TrimResult result in results)
        {
            rows += result.Rows;
            result.Slot.JournalBytes = result.JournalBytes;
            result.Slot.TrimDue = result.More ? 0 : due;
            next = (next + 1) % slots.All.Count;
        }

        results.Clear();
        return rows;
    }

    private StreamSlot Peek(int ahead) => slots.All[(next + ahead) % slots.All.Count];
}
