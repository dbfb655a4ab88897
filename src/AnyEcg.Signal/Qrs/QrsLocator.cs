namespace AnyEcg.Signal;

/// <summary>The last 1.7 s of signal and band-pass, to find the main deflection behind a peak of the feature.</summary>
internal sealed class QrsLocator
{
    private const int Mask = 511;

    /// <summary>Half width of the last search in the signal itself: 40 ms.</summary>
    private const int Refine = 12;

    private readonly float[] signal = new float[Mask + 1];
    private readonly double[] band = new double[Mask + 1];
    private long start;

    public void Reset(long sample) => start = sample;

    public void Add(long sample, float millivolts, double bandPassed) =>
        (signal[sample & Mask], band[sample & Mask]) = (millivolts, bandPassed);

    /// <summary>Names the peak of the feature that stood at <paramref name="at"/>; the window before it is still remembered.</summary>
    public QrsPeak Locate(long at, double height)
    {
        long from = Math.Max(start + 1, at - QrsFeature.Window);
        double slope = 0, largest = -1;
        long centre = from;
        for (long i = from; i <= at; i++)
        {
            slope = Math.Max(slope, Math.Abs(band[i & Mask] - band[(i - 1) & Mask]));
            if (Math.Abs(band[i & Mask]) > largest)
            {
                (largest, centre) = (Math.Abs(band[i & Mask]), i);
            }
        }

        return new QrsPeak(Deflection(Math.Max(start, centre - QrsFeature.BandDelay), at), height, slope);
    }

    /// <summary>Sample near <paramref name="centre"/> that lies farthest from the mean of its surroundings.</summary>
    private long Deflection(long centre, long end)
    {
        long from = Math.Max(start, centre - (3 * Refine)), to = Math.Min(end, centre + (3 * Refine));
        double mean = 0;
        for (long i = from; i <= to; i++)
        {
            mean += signal[i & Mask];
        }

        mean /= to - from + 1;
        (long best, double largest) = (centre, -1);
        for (long i = Math.Max(from, centre - Refine); i <= Math.Min(to, centre + Refine); i++)
        {
            double away = Math.Abs(signal[i & Mask] - mean);
            (best, largest) = away > largest ? (i, away) : (best, largest);
        }

        return best;
    }
}
