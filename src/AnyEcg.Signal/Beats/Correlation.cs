namespace AnyEcg.Signal;

/// <summary>Pearson's correlation of short waves. Sums run in ascending order, so the bits are the same everywhere.</summary>
internal static class Correlation
{
    /// <summary>Correlation of every <paramref name="step"/>th sample; 0 where one of the waves is flat.</summary>
    public static float Of(ReadOnlySpan<float> x, ReadOnlySpan<float> y, int step = 1)
    {
        float sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;
        int count = 0;
        for (int i = 0; i < x.Length; i += step, count++)
        {
            (float a, float b) = (x[i], y[i]);
            sx += a;
            sy += b;
            xx += a * a;
            yy += b * b;
            xy += a * b;
        }

        float vx = xx - (sx * sx / count), vy = yy - (sy * sy / count);
        return vx > 1e-8f && vy > 1e-8f ? Math.Clamp((xy - (sx * sy / count)) / MathF.Sqrt(vx * vy), -1, 1) : 0;
    }

    /// <summary>Takes the straight line out of <paramref name="x"/>; returns the standard deviation of what is left.</summary>
    public static float Detrend(ReadOnlySpan<float> x, Span<float> rest)
    {
        float middle = (x.Length - 1) / 2f, mean = 0, slope = 0, ramp = 0, power = 0;
        for (int i = 0; i < x.Length; i++)
        {
            mean += x[i];
            slope += (i - middle) * x[i];
            ramp += (i - middle) * (i - middle);
        }

        (mean, slope) = (mean / x.Length, slope / ramp);
        for (int i = 0; i < x.Length; i++)
        {
            rest[i] = x[i] - mean - (slope * (i - middle));
            power += rest[i] * rest[i];
        }

        return MathF.Sqrt(power / x.Length);
    }
}
