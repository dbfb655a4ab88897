namespace AnyEcg.Signal;

/// <summary>The last 0.4 s of signal and band-pass, to find the main deflection behind a peak of the feature.</summary>
internal sealed class QrsLocator : IStateful
{
    /// <summary>
    /// One less than a power of two that holds what is looked at: a peak is named <see cref="PeakPicker.Refractory"/> samples
    /// after it, and the level of rest before it begins <see cref="QrsFeature.BandDelay"/>, a window and <see cref="Rest"/> earlier.
    /// </summary>
    private const int Mask = 127;

    /// <summary>The level before the complex is the mean of this many samples (80 ms).</summary>
    private const int Rest = 24;

    /// <summary>The first deflection that reaches this share of the largest is the main one: of a wide complex the R, not what follows.</summary>
    private const double MainShare = 0.7;

    private readonly float[] signal = new float[Mask + 1];
    private readonly double[] band = new double[Mask + 1];
    private long start;

    public void Reset(long sample) => start = sample;

    /// <summary>Takes samples that follow on the last; fewer than are remembered.</summary>
    public void Add(long first, ReadOnlySpan<float> millivolts, ReadOnlySpan<double> bandPassed)
    {
        int at = (int)(first & Mask), straight = Math.Min(millivolts.Length, signal.Length - at);
        millivolts[..straight].CopyTo(signal.AsSpan(at));
        millivolts[straight..].CopyTo(signal);
        bandPassed[..straight].CopyTo(band.AsSpan(at));
        bandPassed[straight..].CopyTo(band);
    }

    public void Exchange(StateExchange state)
    {
        state.Values(signal.AsSpan());
        state.Values(band.AsSpan());
        start = state.Position(start);
    }

    /// <summary>Names the peak of the feature that stood at <paramref name="at"/>; the window before it is still remembered.</summary>
    public QrsPeak Locate(long at, double height)
    {
        double slope = 0;
        for (long i = Math.Max(start + 1, at - QrsFeature.Window); i <= at; i++)
        {
            slope = Math.Max(slope, Math.Abs(band[i & Mask] - band[(i - 1) & Mask]));
        }

        long to = Math.Max(start, at - QrsFeature.BandDelay);
        return new QrsPeak(Deflection(Math.Max(start, to - QrsFeature.Window), to), height, slope);
    }

    /// <summary>Sample of the main deflection in a range, measured from the level before it.</summary>
    private long Deflection(long from, long to)
    {
        double level = Mean(Math.Max(start, from - Rest), from), largest = 0;
        for (long i = from; i <= to; i++)
        {
            largest = Math.Max(largest, Math.Abs(signal[i & Mask] - level));
        }

        long best = from;
        double height = 0;
        for (long i = from; i <= to; i++)
        {
            double away = Math.Abs(signal[i & Mask] - level);
            if (away < height && height >= MainShare * largest)
            {
                break;
            }

            (best, height) = away > height ? (i, away) : (best, height);
        }

        return best;
    }

    private double Mean(long from, long to)
    {
        double sum = 0;
        for (long i = from; i <= to; i++)
        {
            sum += signal[i & Mask];
        }

        return sum / (to - from + 1);
    }
}
