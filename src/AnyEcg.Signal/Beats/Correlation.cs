using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Signal;

/// <summary>Pearson's correlation of short waves. Sums run in ascending order, so the bits are the same everywhere.</summary>
internal static class Correlation
{
    /// <summary>Shifts that <see cref="Across"/> compares.</summary>
    public const int Shifts = 16;

    /// <summary>
    /// The correlations of <paramref name="y"/> with sixteen stretches of <paramref name="x"/>, each a sample after the one before, over every
    /// <paramref name="step"/>th sample; 0 where one of the two is flat. A lane of a vector is a shift, and each shift's sums run in
    /// ascending order; <paramref name="x"/> must reach fifteen samples beyond <paramref name="y"/>.
    /// </summary>
    public static void Across(ReadOnlySpan<float> x, ReadOnlySpan<float> y, int step, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(x.Length, y.Length + Shifts - 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, Shifts);
        ref float from = ref MemoryMarshal.GetReference(x);
        Vector256<float> sx0 = default, sx1 = default, xx0 = default, xx1 = default, xy0 = default, xy1 = default;
        float sy = 0, yy = 0;
        int count = 0;
        for (int i = 0; i < y.Length; i += step, count++)
        {
            Vector256<float> a0 = Vector256.LoadUnsafe(ref from, (nuint)i), a1 = Vector256.LoadUnsafe(ref from, (nuint)(i + 8));
            float b = y[i];
            sx0 += a0;
            sx1 += a1;
            xx0 += a0 * a0;
            xx1 += a1 * a1;
            xy0 += a0 * b;
            xy1 += a1 * b;
            sy += b;
            yy += b * b;
        }

        Finish(sx0, xx0, xy0, sy, yy, count).CopyTo(values);
        Finish(sx1, xx1, xy1, sy, yy, count).CopyTo(values[8..]);
    }

    private static Vector256<float> Finish(Vector256<float> sx, Vector256<float> xx, Vector256<float> xy, float sy, float yy, int count)
    {
        Vector256<float> counts = Vector256.Create((float)count), least = Vector256.Create(1e-8f);
        Vector256<float> vx = xx - (sx * sx / counts), vy = Vector256.Create(yy - (sy * sy / count));
        Vector256<float> value = (xy - (sx * sy / counts)) / Vector256.Sqrt(vx * vy);
        value = Vector256.Min(Vector256.Max(value, Vector256.Create(-1f)), Vector256<float>.One);
        return value & Vector256.GreaterThan(vx, least) & Vector256.GreaterThan(vy, least);
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
