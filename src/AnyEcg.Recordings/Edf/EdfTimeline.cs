namespace AnyEcg.Recordings;

/// <summary>
/// Where the data records of an EDF file lie in time: one after the other, or, in a discontinuous file, each at the onset that
/// it states. A record's onset is rounded to a whole sample of each signal.
/// </summary>
internal sealed class EdfTimeline
{
    private readonly double[]? onsets;
    private readonly double recordSeconds;

    private EdfTimeline(long count, double recordSeconds, double[]? onsets)
    {
        Count = count;
        this.recordSeconds = recordSeconds;
        this.onsets = onsets;
    }

    /// <summary>Data records.</summary>
    public long Count { get; }

    public static EdfTimeline Continuous(long count, double recordSeconds) => new(count, recordSeconds, null);

    /// <param name="onsets">Seconds from the first record's onset; must ascend by at least a record, to the sample.</param>
    /// <param name="recordSeconds">Length of a record.</param>
    public static EdfTimeline Discontinuous(double[] onsets, double recordSeconds) => new(onsets.Length, recordSeconds, onsets);

    /// <summary>Samples of a signal from the first record's beginning to the last one's end, gaps included.</summary>
    public long SamplesOf(int perRecord) => Count == 0 ? 0 : StartOf(Count - 1, perRecord) + perRecord;

    /// <summary>First sample of a record in a signal with that many samples per record.</summary>
    public long StartOf(long record, int perRecord) =>
        onsets is null ? record * perRecord : (long)Math.Round(onsets[record] / recordSeconds * perRecord);

    /// <summary>The last record that begins at or before a sample.</summary>
    public long RecordAt(long sample, int perRecord)
    {
        if (onsets is null)
        {
            return sample / perRecord;
        }

        long low = 0, high = Count - 1;
        while (low < high)
        {
            long middle = (low + high + 1) / 2;
            (low, high) = StartOf(middle, perRecord) <= sample ? (middle, high) : (low, middle - 1);
        }

        return low;
    }
}
