using System.Collections.Immutable;

namespace AnyEcg.Engine;

/// <summary>
/// Durations in buckets that grow by a quarter of a doubling, from 10 microseconds to three minutes. Engine thread only.
/// </summary>
internal sealed class DurationHistogram
{
    private const double FirstBound = 1e-5;
    private const int PerDoubling = 4;
    private const int Buckets = (24 * PerDoubling) + 1;

    private readonly long[] counts = new long[Buckets + 1];
    private double sum;

    internal static ImmutableArray<double> Bounds { get; } =
        [.. Enumerable.Range(0, Buckets).Select(i => FirstBound * Math.Pow(2, (double)i / PerDoubling))];

    /// <summary>Counts one duration; one below zero (a clock that was set back) counts as zero.</summary>
    public void Record(double seconds)
    {
        seconds = Math.Max(0, seconds);
        int bucket = seconds <= FirstBound ? 0 : (int)Math.Ceiling(Math.Log2(seconds / FirstBound) * PerDoubling);
        counts[Math.Min(bucket, Buckets)]++;
        sum += seconds;
    }

    public HistogramSnapshot Snapshot() => new(Bounds, [.. counts], sum);
}

/// <summary>A histogram as it stood. Immutable.</summary>
/// <param name="UpperBoundsSeconds">Upper bounds of all buckets but the last, which has none.</param>
/// <param name="Counts">Per bucket, not cumulative; one more than the bounds.</param>
/// <param name="SumSeconds">Sum of all durations.</param>
public sealed record HistogramSnapshot(ImmutableArray<double> UpperBoundsSeconds, ImmutableArray<long> Counts, double SumSeconds)
{
    public long Count => Counts.Sum();

    /// <summary>Upper bound in seconds of the bucket in which the quantile (0 to 1) lies; 0 when nothing was counted.</summary>
    public double Quantile(double quantile)
    {
        long rank = (long)Math.Ceiling(quantile * Count);
        long seen = 0;
        for (int i = 0; i < Counts.Length && Count > 0; i++)
        {
            seen += Counts[i];
            if (seen >= rank)
                return UpperBoundsSeconds[Math.Min(i, UpperBoundsSeconds.Length - 1)];
        }

        return 0;
    }
}
