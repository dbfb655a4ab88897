using System.Numerics;
using System.Runtime.Intrinsics;

namespace AnyEcg.Signal;

/// <summary>
/// Measures of the waveform of one lead that need no beats, over its last 4 s and 8 s at 60 Hz: what tells ventricular
/// fibrillation and tachycardia from a rhythm with separate beats. Engine thread only.
/// </summary>
internal sealed class WaveFeatures : IStateful
{
    private const int SlowHz = LeadContext.SlowHz, Length = 4 * SlowHz, Seconds = 4;
    private const PatchFlags AnyDoubt = PatchFlags.Doubtful | PatchFlags.Flat | PatchFlags.Saturated | PatchFlags.Settling;
    private const float LeastMillivolts = 0.002f;

    private readonly float[] noise = new float[Seconds], doubt = new float[Seconds];
    private readonly float[] crossings = new float[Seconds], leakages = new float[Seconds];
    private int taken;

    public void Clear()
    {
        Array.Clear(noise);
        Array.Fill(doubt, 1);
        Array.Fill(crossings, float.NaN);
        Array.Fill(leakages, float.NaN);
        taken = 0;
    }

    public void Exchange(StateExchange state)
    {
        state.Values(noise.AsSpan());
        state.Values(doubt.AsSpan());
        state.Values(crossings.AsSpan());
        state.Values(leakages.AsSpan());
        taken = state.Count(taken, Seconds - 1);
    }

    /// <summary>A second without a token.</summary>
    public void Miss()
    {
        taken = (taken + 1) % Seconds;
        (noise[taken], doubt[taken], crossings[taken], leakages[taken]) = (0, 1, float.NaN, float.NaN);
    }

    /// <summary>Takes what is measured at the full rate.</summary>
    public void Take(ReadOnlySpan<float> patch, PatchFlags flags)
    {
        taken = (taken + 1) % Seconds;
        (noise[taken], doubt[taken]) = (VectorSums.Bends(patch) / (patch.Length - 2), (flags & AnyDoubt) != 0 ? 1 : 0);
    }

    /// <summary>Writes the raw values of the stretch that ends with <paramref name="slow"/>.</summary>
    public void Write(ReadOnlySpan<float> slow, Span<float> values)
    {
        values[(int)ContextFeature.Noise] = MathF.Log((VectorSums.Sum(noise) / Seconds) + 0.001f);
        values[(int)ContextFeature.Doubt] = VectorSums.Sum(doubt) / Seconds;
        Span<float> padded = stackalloc float[(2 * Length) + Autocorrelation.Padding];
        Centre(slow[^(2 * Length)..], padded);
        values[(int)ContextFeature.Regularity8] = Regularity(padded, 2 * Length);
        Centre(slow[^Length..], padded);
        padded[Length..].Clear();
        ReadOnlySpan<float> now = padded[..Length];
        float rms = MathF.Sqrt(VectorSums.Dot(now, now) / Length);
        values[(int)ContextFeature.Size] = MathF.Log(rms + LeastMillivolts);
        if (rms < LeastMillivolts)
        {
            (crossings[taken], leakages[taken]) = (float.NaN, float.NaN);
            return;
        }

        values[(int)ContextFeature.Regularity4] = Regularity(padded, Length);
        Shape(now, rms, values);
        Slopes(now, values);
        SpectrumFeatures.Write(now, values);
        Twice(ContextFeature.Crossings4, ContextFeature.Crossings8, crossings, values);
        Twice(ContextFeature.Leakage4, ContextFeature.Leakage8, leakages, values);
    }

    private static void Centre(ReadOnlySpan<float> from, Span<float> to)
    {
        float mean = VectorSums.Sum(from) / from.Length;
        for (int i = 0; i < from.Length; i += Vector256<float>.Count)
            (Vector256.Create(from[i..]) - Vector256.Create(mean)).CopyTo(to[i..]);
    }

    /// <summary>The mean of now and four seconds ago, then keeps now.</summary>
    private void Twice(ContextFeature now, ContextFeature both, float[] kept, Span<float> values)
    {
        ref float before = ref kept[taken];
        values[(int)both] = 0.5f * (values[(int)now] + before);
        before = values[(int)now];
    }

    private static void Shape(ReadOnlySpan<float> now, float rms, Span<float> values)
    {
        (float low, float high) = VectorSums.Range(now);
        (low, high) = (Math.Min(0, low), Math.Max(0, high));
        Vector256<float> limit = Vector256.Create(0.2f * Math.Max(high, -low)), fourth = default;
        int beyond = 0, crossed = 0;
        uint before = now[0] < 0 ? 1u : 0;
        for (int i = 0; i < now.Length; i += Vector256<float>.Count)
        {
            Vector256<float> v = Vector256.Create(now[i..]), square = v * v;
            fourth += square * square;
            beyond += BitOperations.PopCount(Vector256.GreaterThan(Vector256.Abs(v), limit).ExtractMostSignificantBits());
            uint below = Vector256.LessThan(v, Vector256<float>.Zero).ExtractMostSignificantBits();
            crossed += BitOperations.PopCount((below ^ ((below << 1) | before)) & 0xFF);
            before = below >> 7;
        }

        values[(int)ContextFeature.Crossings4] = (float)beyond / Length;
        values[(int)ContextFeature.ZeroCrossings] = (float)crossed / Seconds;
        values[(int)ContextFeature.Kurtosis] = MathF.Log(VectorSums.Across(fourth) / (Length * rms * rms * rms * rms));
        values[(int)ContextFeature.Range] = MathF.Log(high - low + LeastMillivolts);
    }

    private static void Slopes(ReadOnlySpan<float> now, Span<float> values)
    {
        // The step before the first sample is none.
        Span<float> steps = stackalloc float[Length];
        Vector256<float> slopes = default, sizes = default, steepest = default;
        for (int i = Vector256<float>.Count; i < Length; i += Vector256<float>.Count)
            Vector256.Abs(Vector256.Create(now[i..]) - Vector256.Create(now[(i - 1)..])).CopyTo(steps[i..]);
        for (int i = 1; i < Vector256<float>.Count; i++)
            steps[i] = Math.Abs(now[i] - now[i - 1]);
        for (int i = 0; i < Length; i += Vector256<float>.Count)
        {
            Vector256<float> step = Vector256.Create<float>(steps[i..]);
            slopes += step;
            sizes += Vector256.Abs(Vector256.Create(now[i..]));
            steepest = Vector256.Max(steepest, step);
        }

        float slope = VectorSums.Across(slopes), size = VectorSums.Across(sizes);
        values[(int)ContextFeature.Still] = (float)Still(steps, steepest) / Length;
        values[(int)ContextFeature.Slope] = MathF.Log((slope + 1e-4f) / (size + 1e-4f));
        values[(int)ContextFeature.Leakage4] = Leakage(now, (int)((MathF.PI * size / Math.Max(slope, 1e-4f)) + 0.5f));
    }

    /// <summary>Steps of less than a twentieth of the steepest; the first place is none.</summary>
    private static int Still(ReadOnlySpan<float> steps, Vector256<float> steepest)
    {
        float most = 0;
        for (int lane = 0; lane < Vector256<float>.Count; lane++)
            most = Math.Max(most, steepest[lane]);
        Vector256<float> limit = Vector256.Create(0.05f * most);
        int still = 0;
        for (int i = 0; i < steps.Length; i += Vector256<float>.Count)
            still += BitOperations.PopCount(Vector256.LessThan(Vector256.Create(steps[i..]), limit).ExtractMostSignificantBits());
        return most > 0 ? still - 1 : 0;
    }

    /// <summary>Shifts by half of the mean period and adds: what a narrow band of frequencies does not leave.</summary>
    private static float Leakage(ReadOnlySpan<float> now, int shift)
    {
        if (shift >= Length)
            return 1;
        Vector256<float> together = default, apart = default;
        int i = shift;
        for (; i + Vector256<float>.Count <= now.Length; i += Vector256<float>.Count)
        {
            Vector256<float> v = Vector256.Create(now[i..]), before = Vector256.Create(now[(i - shift)..]);
            together += Vector256.Abs(v + before);
            apart += Vector256.Abs(v) + Vector256.Abs(before);
        }

        float left = VectorSums.Across(together), all = 1e-6f + VectorSums.Across(apart);
        for (; i < now.Length; i++)
        {
            left += Math.Abs(now[i] + now[i - shift]);
            all += Math.Abs(now[i]) + Math.Abs(now[i - shift]);
        }

        return left / all;
    }

    /// <summary>Highest local peak of the autocorrelation from 180 to 1000 ms.</summary>
    private static float Regularity(ReadOnlySpan<float> padded, int length)
    {
        const int First = 11, Last = SlowHz;
        float power = VectorSums.Dot(padded[..length], padded[..length]), best = 0, before = float.MaxValue, middle = float.MaxValue;
        if (power < 1e-4f)
            return float.NaN;
        Span<float> products = stackalloc float[Autocorrelation.Lags];
        Autocorrelation.Write(padded, length, First - 1, products);
        for (int lag = First - 1; lag <= Last + 1; lag++)
        {
            float product = products[lag - First + 1] * length / (length - lag);
            if (middle >= before && middle >= product && middle < float.MaxValue)
                best = Math.Max(best, middle);
            (before, middle) = (middle, product);
        }

        return Math.Min(best / power, 1);
    }
}
