namespace AnyEcg.Tool;

/// <summary>
/// Exact two-sided bounds of the mean of a Poisson count (Garwood 1936): the low one is the mean with which the count or more has
/// the probability (1 - level) / 2, the high one that with which the count or less has it. Found by halving on the distribution's
/// own sum, which equals the chi-square quantiles chi2(alpha / 2; 2 n) / 2 and chi2(1 - alpha / 2; 2 n + 2) / 2.
/// </summary>
internal static class PoissonBounds
{
    /// <param name="count">Events seen, 0 or more.</param>
    /// <param name="level">Coverage, 0 to 1.</param>
    public static (double Low, double High) Of(long count, double level = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        double tail = (1 - level) / 2;
        double low = count == 0 ? 0 : Solve(count, mean => AtMost(count - 1, mean) > 1 - tail);
        return (low, Solve(count, mean => AtMost(count, mean) > tail));
    }

    /// <summary>The mean at which a falling condition ceases to hold.</summary>
    private static double Solve(long count, Func<double, bool> holds)
    {
        double low = 0, high = count + (10 * Math.Sqrt(count + 1)) + 20;
        for (int i = 0; i < 200 && high - low > 1e-12 * high; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = holds(middle) ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>P(X &lt;= count), term by term; the terms' logarithms are carried, so that a large mean does not underflow.</summary>
    private static double AtMost(long count, double mean)
    {
        if (mean <= 0)
        {
            return 1;
        }

        double log = -mean, sum = Math.Exp(log);
        for (long k = 1; k <= count; k++)
        {
            log += Math.Log(mean / k);
            sum += Math.Exp(log);
        }

        return Math.Min(1, sum);
    }
}
