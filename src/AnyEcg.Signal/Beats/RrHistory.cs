namespace AnyEcg.Signal;

/// <summary>
/// The intervals between the beats of one stream, in samples: the last <see cref="Memory"/>, broken where signal is missing.
/// Constant memory. Engine thread only.
/// </summary>
internal sealed class RrHistory : IStateful
{
    public const int Memory = 128;

    /// <summary>A longer interval is a break, not an interval (6 s).</summary>
    private const int Longest = 1800;

    private readonly float[] intervals = new float[Memory];
    private readonly float[] recent = new float[Memory];
    private long last;
    private long recalled = -1;
    private bool chained;

    /// <summary>Intervals since the start, without end.</summary>
    public long Count { get; private set; }

    /// <summary>
    /// The usual interval: follows intervals near it quickly, all others slowly, so that it outlasts a run of premature beats. 0 at first.
    /// </summary>
    public float Anchor { get; private set; }

    /// <summary>Upper envelope of the intervals: rises quickly, falls slowly.</summary>
    public float Upper { get; private set; }

    /// <summary>Intervals in a row that were clearly shorter than the usual one.</summary>
    public int Run { get; private set; }

    public void Clear() => (Count, recalled, chained, Anchor, Upper, Run) = (0, -1, false, 0, 0, 0);

    /// <summary>Signal was missing: the next beat has no interval before it.</summary>
    public void Break() => chained = false;

    /// <summary>Interval that would end at <paramref name="sample"/>; 0 where the beat before it is not known.</summary>
    public float Before(long sample) => chained && sample - last < Longest ? sample - last : 0;

    public void Add(long sample)
    {
        if (Before(sample) is > 0 and float interval)
            Follow(intervals[Count++ % Memory] = interval);
        (last, chained) = (sample, true);
    }

    /// <summary>The interval <paramref name="back"/> before the newest; the newest known or 0 where there is none so old.</summary>
    public float this[int back] => back < Math.Min(Count, Memory) ? intervals[(Count - 1 - back) % Memory] : 0;

    /// <summary>The last <paramref name="count"/> intervals, or fewer, newest first. Valid until the next beat.</summary>
    public ReadOnlySpan<float> Last(int count)
    {
        int known = (int)Math.Min(Count, Memory);
        if (recalled != Count)
        {
            int at = (int)(Count % Memory);
            for (int i = 0; i < known; i++)
                recent[i] = intervals[at = at == 0 ? Memory - 1 : at - 1];
            recalled = Count;
        }

        return recent.AsSpan(0, Math.Min(known, count));
    }

    /// <summary>The value below which a share of the last <paramref name="count"/> intervals lie, one of them; 0 without any.</summary>
    public float Quantile(int count, float share)
    {
        ReadOnlySpan<float> values = Last(count);
        return values.IsEmpty ? 0 : Selection.OfWhole(values, (int)(share * (values.Length - 1)));
    }

    /// <summary>Sums of whole numbers: exact in any order.</summary>
    public float Mean(int count)
    {
        ReadOnlySpan<float> values = Last(count);
        return values.IsEmpty ? 0 : VectorSums.Sum(values) / values.Length;
    }

    /// <summary>Median size of the steps between successive intervals among the last <paramref name="count"/>: high in fibrillation, not after single ectopic beats.</summary>
    public float MedianStep(int count)
    {
        ReadOnlySpan<float> values = Last(count);
        if (values.Length < 2)
            return 0;
        Span<float> steps = stackalloc float[Memory];
        steps = steps[..(values.Length - 1)];
        for (int i = 0; i < steps.Length; i++)
            steps[i] = Math.Abs(values[i + 1] - values[i]);
        return Selection.OfWhole(steps, steps.Length / 2);
    }

    /// <summary>Root mean square of the differences of successive intervals among the last <paramref name="count"/>.</summary>
    public float Jitter(int count)
    {
        ReadOnlySpan<float> values = Last(count);
        float sum = 0;
        for (int i = 1; i < values.Length; i++)
            sum += (values[i] - values[i - 1]) * (values[i] - values[i - 1]);
        return values.Length > 1 ? MathF.Sqrt(sum / (values.Length - 1)) : 0;
    }

    public void Exchange(StateExchange state)
    {
        Count = state.Position(Count);
        state.Values(intervals.AsSpan(0, (int)Math.Min(Count, Memory)));
        recalled = state.IsRestoring ? -1 : recalled;
        state.Value(ref last);
        state.Value(ref chained);
        (Anchor, Upper, Run) = (state.Value(Anchor), state.Value(Upper), state.Tally(Run));
    }

    private void Follow(float interval)
    {
        if (Anchor == 0)
            (Anchor, Upper) = (interval, interval);
        Run = interval < 0.85f * Anchor ? Run + 1 : 0;
        bool near = interval > 0.85f * Anchor && interval < 1.18f * Anchor;
        Anchor += (near ? 0.1f : 0.01f) * (interval - Anchor);
        Upper += (interval > Upper ? 0.15f : 0.007f) * (Math.Min(interval, 2 * Upper) - Upper);
    }
}
