namespace AnyEcg.Tool;

/// <summary>The middle <see cref="Bootstrap.Level"/> of a figure over the resamples.</summary>
internal readonly record struct Interval(double Low, double High);

/// <summary>
/// Percentile bootstrap over records (Efron 1979): as many records as there are, drawn with replacement, the figure computed anew,
/// again and again; the interval runs from the 2.5th to the 97.5th percentile (nearest rank). Records are drawn, not beats or
/// seconds, since those of one patient are alike. All figures see the same draws. Reproducible by its seed.
/// </summary>
internal sealed class Bootstrap(int resamples, int seed)
{
    public const double Level = 0.95;

    public const int DefaultResamples = 2000, DefaultSeed = 20170901;

    public int Resamples => resamples;

    public int Seed => seed;

    /// <summary>
    /// The interval of a figure; null of fewer than two records, which say nothing of the spread between records, and where the figure
    /// is undefined in more than half of the resamples. Resamples without a value are left out.
    /// </summary>
    /// <param name="records">What is drawn from.</param>
    /// <param name="figure">From the drawn records to the figure; must not keep the list.</param>
    public Interval? Of<T>(IReadOnlyList<T> records, Func<IReadOnlyList<T>, double?> figure)
    {
        if (records.Count < 2 || resamples == 0)
        {
            return null;
        }

        Random random = new(seed);
        T[] drawn = new T[records.Count];
        List<double> values = new(resamples);
        for (int i = 0; i < resamples; i++)
        {
            for (int k = 0; k < drawn.Length; k++)
            {
                drawn[k] = records[random.Next(drawn.Length)];
            }

            if (figure(drawn) is { } value)
            {
                values.Add(value);
            }
        }

        return 2 * values.Count > resamples ? new Interval(At(values, (1 - Level) / 2), At(values, (1 + Level) / 2)) : null;
    }

    private static double At(List<double> values, double share) => Percentile.Of(values, 100 * share)!.Value;
}
