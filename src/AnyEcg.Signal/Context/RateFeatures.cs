namespace AnyEcg.Signal;

/// <summary>Rate and irregularity of the RR intervals. Stateless.</summary>
internal static class RateFeatures
{
    private const int Rate = PatchSecond.ModelRateHz;

    /// <summary>Added to relative changes before their logarithm: what the detector's placement leaves of a steady rhythm.</summary>
    private const float Least = 0.01f;

    /// <summary>Beats of a minute at one each refractory time (200 ms).</summary>
    private const int Most = 300;

    /// <summary>Writes the raw values for windows that end at <paramref name="until"/>; leaves what is not known.</summary>
    public static void Write(ContextBeats beats, long until, Span<float> values)
    {
        Span<float> intervals = stackalloc float[Most], steps = stackalloc float[Most], sizes = stackalloc float[Most];
        int in60 = Collect(beats, beats.Since(until - (60 * Rate)), intervals);
        int in30 = Known(beats, beats.Since(until - (30 * Rate))), in10 = Known(beats, beats.Since(until - (10 * Rate)));
        ReadOnlySpan<float> all = intervals[..in60];
        ReadOnlySpan<float> last30 = all[^in30..], last10 = all[^in10..];
        values[(int)ContextFeature.Coverage10] = VectorSums.Sum(last10) / (10 * Rate);
        values[(int)ContextFeature.Coverage60] = VectorSums.Sum(all) / (60 * Rate);
        values[(int)ContextFeature.Silence] = beats.Count == 0 ? float.NaN : Ln(((until - beats[0].Sample) / (float)Rate) + 0.1f);
        if (in60 == 0)
            return;
        (values[(int)ContextFeature.Quality], values[(int)ContextFeature.Agreement]) = (beats.Quality, beats.Agreement);
        float median = Selection.OfWhole(all, in60 / 2);
        values[(int)ContextFeature.Rate60] = Ln(median / Rate);
        values[(int)ContextFeature.RateNow] = Ln(Mean(all[^Math.Min(4, in60)..]) / Rate);
        if (in10 > 0)
        {
            values[(int)ContextFeature.Rate10] = Ln(Mean(last10) / Rate);
            values[(int)ContextFeature.Longest10] = Ln(Max(last10) / median);
            values[(int)ContextFeature.Shortest10] = Ln(Min(last10) / median);
        }

        for (int i = 1; i < in60; i++)
            (steps[i - 1], sizes[i - 1]) = (all[i] - all[i - 1], Math.Abs(all[i] - all[i - 1]));
        Irregularity(last10, sizes[..(in60 - 1)], ContextFeature.Variation10, ContextFeature.MedianStep10, values);
        Irregularity(last30, sizes[..(in60 - 1)], ContextFeature.Variation30, ContextFeature.MedianStep30, values);
        Irregularity(all, sizes[..(in60 - 1)], ContextFeature.Variation60, ContextFeature.MedianStep60, values);
        Steps(last30, all, values);
        RhythmPlot.Write(all, steps[..(in60 - 1)], values);
    }

    private static void Irregularity(ReadOnlySpan<float> window, ReadOnlySpan<float> sizes, ContextFeature variation, ContextFeature medianStep, Span<float> values)
    {
        if (window.Length < 4)
            return;
        float mean = Mean(window), square = 0;
        foreach (float interval in window)
            square += (interval - mean) * (interval - mean);
        values[(int)variation] = Ln((MathF.Sqrt(square / window.Length) / mean) + Least);
        ReadOnlySpan<float> own = sizes[^(window.Length - 1)..];
        values[(int)medianStep] = Ln((Selection.OfWhole(own, own.Length / 2) / mean) + Least);
    }

    private static void Steps(ReadOnlySpan<float> last30, ReadOnlySpan<float> all, Span<float> values)
    {
        if (last30.Length >= 4)
        {
            float square = 0, over = 0;
            for (int i = 1; i < last30.Length; i++)
            {
                float step = last30[i] - last30[i - 1];
                square += step * step;
                over += Math.Abs(step) > 0.05f * Rate ? 1 : 0;
            }

            values[(int)ContextFeature.RootStep30] = Ln((MathF.Sqrt(square / (last30.Length - 1)) / Mean(last30)) + Least);
            values[(int)ContextFeature.StepsOver50Ms30] = over / (last30.Length - 1);
        }

        if (all.Length >= 4)
        {
            float limit = 0.1f * Mean(all), over = 0;
            for (int i = 1; i < all.Length; i++)
                over += Math.Abs(all[i] - all[i - 1]) > limit ? 1 : 0;
            values[(int)ContextFeature.StepsOverTenth60] = over / (all.Length - 1);
        }
    }

    /// <summary>Known intervals of the newest beats, oldest first.</summary>
    private static int Collect(ContextBeats beats, int newest, Span<float> intervals)
    {
        int count = 0;
        for (int back = newest - 1; back >= 0; back--)
        {
            if (beats[back].Interval is > 0 and int interval)
                intervals[count++] = interval;
        }

        return count;
    }

    private static int Known(ContextBeats beats, int newest)
    {
        int count = 0;
        for (int back = 0; back < newest; back++)
            count += beats[back].Interval > 0 ? 1 : 0;
        return count;
    }

    private static float Mean(ReadOnlySpan<float> window) => VectorSums.Sum(window) / window.Length;

    private static float Ln(float value) => MathF.Log(value);

    private static float Max(ReadOnlySpan<float> window)
    {
        float most = window[0];
        foreach (float value in window)
            most = Math.Max(most, value);
        return most;
    }

    private static float Min(ReadOnlySpan<float> window)
    {
        float least = window[0];
        foreach (float value in window)
            least = Math.Min(least, value);
        return least;
    }
}
