using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// The totals of the running hour, of all hours before it, and the rows of the latest of these. Hours that were jumped over are
/// lost seconds. Memory is fixed by the number of rows, whatever the length of the stream. Engine thread only.
/// </summary>
internal sealed class HourRing(int rows) : IStateful
{
    private const long HourSeconds = 3600;

    private readonly HourRow[] ring = [.. Enumerable.Range(0, rows).Select(_ => new HourRow(0, new LongTermTotals()))];
    private readonly LongTermTotals before = new();
    private long hour;
    private long next;
    private long closed;

    /// <summary>Where the running second is counted.</summary>
    public LongTermTotals Running { get; } = new();

    /// <summary>Begins with a second of the epoch.</summary>
    public void Start(long second)
    {
        Running.Clear();
        before.Clear();
        (hour, next, closed) = (second / HourSeconds, second, 0);
    }

    /// <summary>Goes on to a second; those between it and the last one are lost.</summary>
    public void AdvanceTo(long second)
    {
        long target = second / HourSeconds;
        if (hour < target)
        {
            Lose(((hour + 1) * HourSeconds) - next);
            Close();
            SkipTo(target);
        }

        Lose(second - next);
        next = second + 1;
    }

    /// <summary>All hours together, the running one too.</summary>
    public void SumInto(LongTermTotals sum)
    {
        sum.Clear();
        sum.Add(before);
        sum.Add(Running);
    }

    /// <summary>Copies of the latest rows, ascending; the last one is the running hour.</summary>
    public List<HourRow> Rows()
    {
        List<HourRow> rows = [];
        for (long i = Math.Max(0, closed - ring.Length); i < closed; i++)
            rows.Add(Copy(ring[i % ring.Length].Hour, ring[i % ring.Length].Totals));
        if (ring.Length > 0 && Running.Span > 0)
            rows.Add(Copy(hour, Running));
        return rows;
    }

    private static HourRow Copy(long hour, LongTermTotals totals)
    {
        LongTermTotals copy = new();
        copy.Add(totals);
        return new HourRow(hour, copy);
    }

    /// <summary>Whole hours without a second: only those that the ring would keep get a row.</summary>
    private void SkipTo(long target)
    {
        long unseen = Math.Max(0, target - hour - ring.Length);
        before.Count(SecondFate.Lost, unseen * HourSeconds);
        (hour, next) = (hour + unseen, next + (unseen * HourSeconds));
        while (hour < target)
        {
            Lose(HourSeconds);
            Close();
        }
    }

    private void Lose(long seconds)
    {
        Running.Count(SecondFate.Lost, seconds);
        next += seconds;
    }

    private void Close()
    {
        before.Add(Running);
        if (ring.Length > 0)
        {
            int slot = (int)(closed++ % ring.Length);
            LongTermTotals kept = ring[slot].Totals;
            kept.Clear();
            kept.Add(Running);
            ring[slot] = new HourRow(hour, kept);
        }

        Running.Clear();
        hour++;
    }

    public void Exchange(StateExchange state)
    {
        state.Setting(ring.Length);
        state.Value(ref hour, ref next, ref closed);
        state.Object(before);
        state.Object(Running);
        for (int i = 0; i < ring.Length; i++)
        {
            ring[i] = ring[i] with { Hour = state.Value(ring[i].Hour) };
            state.Object(ring[i].Totals);
        }
    }
}
