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

    private readonly float[] window = new float[2 * Length];
    private readonly float[] noise = new float[Seconds], doubt = new float[Seconds];
    private readonly float[] crossings = new float[Seconds], leakages = new float[Seconds];
    private readonly SpectrumFeatures spectrum = new();
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
        float sum = 0;
        for (int i = 2; i < patch.Length; i++)
            sum += Math.Abs(patch[i] - (2 * patch[i - 1]) + patch[i - 2]);
        taken = (taken + 1) % Seconds;
        (noise[taken], doubt[taken]) = (sum / (patch.Length - 2), (flags & AnyDoubt) != 0 ? 1 : 0);
    }

    /// <summary>Writes the raw values of the stretch that ends with <paramref name="slow"/>.</summary>
    public void Write(ReadOnlySpan<float> slow, Span<float> values)
    {
        values[(int)ContextFeature.Noise] = MathF.Log((VectorSums.Sum(noise) / Seconds) + 0.001f);
        values[(int)ContextFeature.Doubt] = VectorSums.Sum(doubt) / Seconds;
        Centre(slow[^(2 * Length)..], window);
        values[(int)ContextFeature.Regularity8] = Regularity(window);
        Span<float> now = window.AsSpan(Length);
        Centre(slow[^Length..], now);
        float rms = MathF.Sqrt(VectorSums.Dot(now, now) / Length);
        values[(int)ContextFeature.Size] = MathF.Log(rms + LeastMillivolts);
        if (rms < LeastMillivolts)
        {
            (crossings[taken], leakages[taken]) = (float.NaN, float.NaN);
            return;
        }

        values[(int)ContextFeature.Regularity4] = Regularity(now);
        Shape(now, rms, values);
        Slopes(now, values);
        spectrum.Write(now, values);
        Twice(ContextFeature.Crossings4, ContextFeature.Crossings8, crossings, values);
        Twice(ContextFeature.Leakage4, ContextFeature.Leakage8, leakages, values);
    }

    private static void Centre(ReadOnlySpan<float> from, Span<float> to)
    {
        float mean = VectorSums.Sum(from) / from.Length;
        for (int i = 0; i < from.Length; i++)
            to[i] = from[i] - mean;
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
        (float low, float high, float fourth) = (0, 0, 0);
        foreach (float value in now)
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
            fourth += value * value * value * value;
        }

        float limit = 0.2f * Math.Max(high, -low);
        int beyond = 0, crossed = 0;
        for (int i = 0; i < now.Length; i++)
        {
            beyond += Math.Abs(now[i]) > limit ? 1 : 0;
            crossed += i > 0 && (now[i] < 0) != (now[i - 1] < 0) ? 1 : 0;
        }

        values[(int)ContextFeature.Crossings4] = (float)beyond / Length;
        values[(int)ContextFeature.ZeroCrossings] = (float)crossed / Seconds;
        values[(int)ContextFeature.Kurtosis] = MathF.Log(fourth / (Length * rms * rms * rms * rms));
        values[(int)ContextFeature.Range] = MathF.Log(high - low + LeastMillivolts);
    }

    private static void Slopes(ReadOnlySpan<float> now, Span<float> values)
    {
        float slopes = 0, sizes = Math.Abs(now[0]), steepest = 0;
        for (int i = 1; i < now.Length; i++)
        {
            float slope = Math.Abs(now[i] - now[i - 1]);
            (slopes, sizes, steepest) = (slopes + slope, sizes + Math.Abs(now[i]), Math.Max(steepest, slope));
        }

        int still = 0;
        for (int i = 1; i < now.Length; i++)
            still += Math.Abs(now[i] - now[i - 1]) < 0.05f * steepest ? 1 : 0;
        values[(int)ContextFeature.Still] = (float)still / Length;
        values[(int)ContextFeature.Slope] = MathF.Log((slopes + 1e-4f) / (sizes + 1e-4f));
        values[(int)ContextFeature.Leakage4] = Leakage(now, (int)((MathF.PI * sizes / Math.Max(slopes, 1e-4f)) + 0.5f));
    }

    /// <summary>Shifts by half of the mean period and adds: what a narrow band of frequencies does not leave.</summary>
    private static float Leakage(ReadOnlySpan<float> now, int shift)
    {
        if (shift >= Length)
            return 1;
        float left = 0, all = 1e-6f;
        for (int i = shift; i < now.Length; i++)
        {
            left += Math.Abs(now[i] + now[i - shift]);
            all += Math.Abs(now[i]) + Math.Abs(now[i - shift]);
        }

        return left / all;
    }

    /// <summary>Highest local peak of the autocorrelation from 180 to 1000 ms.</summary>
    private static float Regularity(ReadOnlySpan<float> stretch)
    {
        const int First = 11, Last = SlowHz;
        float power = VectorSums.Dot(stretch, stretch), best = 0, before = float.MaxValue, middle = float.MaxValue;
        if (power < 1e-4f)
            return float.NaN;
        for (int lag = First - 1; lag <= Last + 1; lag++)
        {
            float product = VectorSums.Dot(stretch[lag..], stretch[..^lag]) * stretch.Length / (stretch.Length - lag);
            if (middle >= before && middle >= product && middle < float.MaxValue)
                best = Math.Max(best, middle);
            (before, middle) = (middle, product);
        }

        return Math.Min(best / power, 1);
    }
}
