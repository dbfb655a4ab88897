namespace AnyEcg.Engine;

/// <summary>
/// How long a ready second waits for others to share its step, as the load has it. A step of n rows takes about a + b n seconds (least
/// squares over the last steps); with r live rows a second, a wait of d makes steps of 1 + r d rows, and the fixed part costs
/// r a / (1 + r d) of a core. The wait is the shortest that keeps this at <see cref="FixedShare"/>: d = a / FixedShare - 1 / r. So a few
/// streams do not wait at all, and thousands share large products. Engine thread only.
/// </summary>
internal sealed class StepPacing(TimeSpan longest, TimeProvider time)
{
    /// <summary>Share of one core that the fixed part of all steps may take.</summary>
    public const double FixedShare = 0.02;

    /// <summary>A step counts half after some 44 more.</summary>
    private const double Fading = 1 - (1 / 64.0);

    /// <summary>Seconds over which the rate is taken.</summary>
    private const double RateSeconds = 2;

    /// <summary>Steps of one size do not tell the two parts apart: below this the fixed part is taken to be one row's.</summary>
    private const double LeastVariance = 0.25;

    private const int FewestRows = 8;

    private double steps, rows, rowsSquared, seconds, rowSeconds;
    private double rate;
    private long lastStep = time.GetTimestamp();

    /// <summary>Of a step, whatever its rows, seconds.</summary>
    public double FixedSeconds { get; private set; }

    /// <summary>Of each row, seconds; 0 while nothing is known.</summary>
    public double RowSeconds { get; private set; }

    /// <summary>How long the oldest ready second waits at most.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>Learns from a step that was run.</summary>
    /// <param name="rowCount">All rows.</param>
    /// <param name="live">Those of streams that are not behind: what has piled up needs no company and says nothing of what comes.</param>
    /// <param name="took">Its duration.</param>
    public void Stepped(int rowCount, int live, TimeSpan took)
    {
        double elapsed = Math.Max(0, time.GetElapsedTime(lastStep).TotalSeconds);
        lastStep = time.GetTimestamp();
        rate = (rate * Math.Exp(-elapsed / RateSeconds)) + (live / RateSeconds);
        Learn(rowCount, Math.Max(0, took.TotalSeconds));
        double wait = (FixedSeconds / FixedShare) - (1 / rate);
        Delay = TimeSpan.FromSeconds(Math.Clamp(wait, 0, longest.TotalSeconds));
    }

    /// <summary>Rows that a step takes about so long for; <paramref name="most"/> while nothing is known.</summary>
    public int RowsWithin(TimeSpan span, int most) =>
        RowSeconds <= 0 || span == Timeout.InfiniteTimeSpan ? most : (int)Math.Clamp(span.TotalSeconds / RowSeconds, Math.Min(FewestRows, most), most);

    private void Learn(int n, double t)
    {
        steps = (steps * Fading) + 1;
        rows = (rows * Fading) + n;
        rowsSquared = (rowsSquared * Fading) + ((double)n * n);
        seconds = (seconds * Fading) + t;
        rowSeconds = (rowSeconds * Fading) + (n * t);
        double meanRows = rows / steps, meanSeconds = seconds / steps;
        double variance = (rowsSquared / steps) - (meanRows * meanRows);
        if (variance < LeastVariance)
        {
            FixedSeconds = RowSeconds = meanSeconds / meanRows;
            return;
        }

        double slope = ((rowSeconds / steps) - (meanRows * meanSeconds)) / variance;
        RowSeconds = Math.Clamp(slope, 0, meanSeconds / meanRows);
        FixedSeconds = meanSeconds - (RowSeconds * meanRows);
    }
}
