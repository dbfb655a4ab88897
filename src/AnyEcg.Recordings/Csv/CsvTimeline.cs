namespace AnyEcg.Recordings;

/// <summary>
/// From the time stamps of the rows to a rate and gaps. Stamps jitter: a gap is where two rows are further apart than one and a
/// half times what the rows usually are (the median, or where stamps jitter more, the distance that 95 % do not exceed). The rate
/// is the rows over the time of all stretches between gaps; a whole number where the longest stretch does not tell it from one.
/// </summary>
internal sealed class CsvTimeline
{
    private const int ProbeRows = 10_000;

    /// <summary>A list of gaps grows with the file: more than this is no recording.</summary>
    private const int MaxRuns = 1_000_000;

    private const double GapFactor = 1.5;

    private const double MinRateHz = 0.1, MaxRateHz = 1e6;

    private const double MaxSeconds = 366 * 86_400.0;

    private readonly List<Run> runs = [];
    private readonly List<double> probe = [];
    private readonly double? givenRate;
    private double threshold;
    private double previous;
    private double unit;
    private bool isOpen;
    private long rows;

    /// <param name="secondsPerUnit">Of the stamps; null: found from their distance.</param>
    /// <param name="givenRate">The rate, where the caller knows it.</param>
    public CsvTimeline(double? secondsPerUnit, double? givenRate)
    {
        unit = secondsPerUnit ?? 0;
        this.givenRate = givenRate;
    }

    public double SampleRateHz { get; private set; }

    /// <summary>Samples from the first row to the last one, gaps included.</summary>
    public long SampleCount { get; private set; }

    /// <summary>Adds the stamp of the next row, in the file's units.</summary>
    /// <returns>Null when all is well, or what is wrong.</returns>
    public string? Add(double stamp)
    {
        rows++;
        if (isOpen)
        {
            return Place(rows - 1, stamp * unit);
        }

        probe.Add(stamp);
        return probe.Count < ProbeRows ? null : Open();
    }

    /// <summary>After the last row: fits the rate and places the stretches.</summary>
    /// <returns>Null when all is well, or what is wrong.</returns>
    public string? Finish()
    {
        if ((isOpen ? null : Open()) is { } fault)
        {
            return fault;
        }

        SampleRateHz = givenRate ?? Fit();
        if (SampleRateHz is not (>= MinRateHz and <= MaxRateHz))
        {
            return FormattableString.Invariant($"the time stamps make a rate of {SampleRateHz} Hz");
        }

        long next = 0;
        for (int i = 0; i < runs.Count; i++)
        {
            double at = Math.Round((runs[i].From - runs[0].From) * SampleRateHz);
            if (at > MaxSeconds * SampleRateHz)
            {
                return "the time stamps span more than a year";
            }

            runs[i] = runs[i] with { FirstSample = Math.Max(next, (long)at) };
            next = runs[i].FirstSample + RowsOf(i);
        }

        SampleCount = next;
        return null;
    }

    /// <summary>The row of a sample, -1 in a gap, and for how many samples that goes on.</summary>
    public (long Row, long Count) RowAt(long sample)
    {
        int low = 0, high = runs.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = runs[middle].FirstSample <= sample ? (middle, high) : (low, middle - 1);
        }

        long within = sample - runs[low].FirstSample;
        return within < RowsOf(low)
            ? (runs[low].FirstRow + within, RowsOf(low) - within)
            : (-1, (low + 1 < runs.Count ? runs[low + 1].FirstSample : long.MaxValue) - sample);
    }

    private long RowsOf(int run) => (run + 1 < runs.Count ? runs[run + 1].FirstRow : rows) - runs[run].FirstRow;

    /// <summary>Learns from the first rows how far apart rows are.</summary>
    private string? Open()
    {
        isOpen = true;
        if (probe.Count < 2)
        {
            return "fewer than two rows have a time stamp";
        }

        double[] steps = [.. probe.Skip(1).Zip(probe, (later, earlier) => later - earlier).Order()];
        double median = steps[steps.Length / 2], usual = steps[(int)(0.95 * (steps.Length - 1))];
        if (median <= 0)
        {
            return "the time stamps do not ascend from row to row: stamps of packets are no stamps of samples (leave the column out and give the rate)";
        }

        unit = unit > 0 ? unit : UnitOf(median);
        if (unit == 0)
        {
            return FormattableString.Invariant($"the unit of the time stamps is not clear: they are {median} apart; name it in the heading, as in 'time [ms]'");
        }

        threshold = GapFactor * Math.Max(median, usual) * unit;
        return PlaceProbe();
    }

    private string? PlaceProbe()
    {
        for (int row = 0; row < probe.Count; row++)
        {
            if (Place(row, probe[row] * unit) is { } fault)
            {
                return fault;
            }
        }

        probe.Clear();
        return null;
    }

    /// <summary>The one unit in which the median distance is that of an ECG: 20 to 5,000 rows a second.</summary>
    private static double UnitOf(double median) =>
        ((ReadOnlySpan<double>)[1, 1e-3, 1e-6, 1e-9]).ToArray().FirstOrDefault(unit => median * unit is >= 1 / 5000.0 and <= 1 / 20.0);

    private string? Place(long row, double seconds)
    {
        if (row == 0 || seconds - previous > threshold)
        {
            if (runs.Count == MaxRuns)
            {
                return $"there are more than {MaxRuns} gaps";
            }

            runs.Add(new Run(row, seconds, seconds, 0));
        }
        else if (previous - seconds > threshold)
        {
            return FormattableString.Invariant($"the time goes back by {previous - seconds} s");
        }
        else
        {
            runs[^1] = runs[^1] with { To = seconds };
        }

        previous = seconds;
        return null;
    }

    private double Fit()
    {
        double steps = 0, seconds = 0;
        int longest = 0;
        for (int i = 0; i < runs.Count; i++)
        {
            steps += RowsOf(i) - 1;
            seconds += runs[i].To - runs[i].From;
            longest = RowsOf(i) > RowsOf(longest) ? i : longest;
        }

        double rate = seconds > 0 ? steps / seconds : GapFactor / threshold;
        double whole = Math.Round(rate);
        return whole > 0 && RowsOf(longest) * Math.Abs(rate - whole) / rate < 1 ? whole : rate;
    }

    /// <summary>Rows without a gap between them: the first one, the times of the first and the last, and where it is put.</summary>
    private readonly record struct Run(long FirstRow, double From, double To, long FirstSample);
}
