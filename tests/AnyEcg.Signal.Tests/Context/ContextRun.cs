namespace AnyEcg.Signal.Tests;

/// <summary>Seconds cut from samples at 300 Hz, with the detector beside them, and the context of each.</summary>
internal static class ContextRun
{
    public const int Rate = PatchSecond.ModelRateHz;

    /// <summary>Seconds of a stream whose leads are these signals, from a second on.</summary>
    public static List<PatchSecond> Seconds(long firstSecond, params float[][] leads)
    {
        QrsDetector[] detectors = [.. leads.Select((_, lead) => new QrsDetector(lead))];
        List<PatchSecond> seconds = [];
        for (int k = 0; k < leads[0].Length / Rate; k++)
        {
            PatchSecond second = new(leads.Length) { Epoch = 1, Second = firstSecond + k, Present = (1u << leads.Length) - 1 };
            for (int lead = 0; lead < leads.Length; lead++)
            {
                leads[lead].AsSpan(k * Rate, Rate).CopyTo(second.Lead(lead));
                detectors[lead].Push(second.Lead(lead), second.Second * Rate, second.Qrs);
            }

            seconds.Add(second);
        }

        return seconds;
    }

    public static float[][] Of(IEnumerable<PatchSecond> seconds, uint leads = uint.MaxValue)
    {
        ContextExtractor? extractor = null;
        List<float[]> rows = [];
        foreach (PatchSecond second in seconds)
        {
            extractor ??= new ContextExtractor(second.LeadCount, leads);
            rows.Add(new float[ContextFeatures.Count]);
            extractor.Observe(second, rows[^1]);
        }

        return [.. rows];
    }

    public static float[][] Of(params float[][] leads) => Of(Seconds(0, leads));

    /// <summary>Beats with a P wave at given times in seconds; the P waves may be left out.</summary>
    public static float[] Beats(int seconds, IEnumerable<double> times, double width = 0.011, double p = 0.12, double rms = 0.005)
    {
        float[] samples = new SyntheticEcg(seconds * Rate, 7).Noise(rms).Samples;
        foreach (double at in times)
        {
            Bump(samples, at - 0.15, p, 0.02);
            Bump(samples, at, 1, width);
            Bump(samples, at + 0.028, -0.25, width);
            Bump(samples, at + 0.28, 0.2, 0.04);
        }

        return samples;
    }

    /// <summary>Times of beats whose intervals follow a function of the beat's number.</summary>
    public static IEnumerable<double> Times(double until, Func<int, double> interval)
    {
        double at = 0.5;
        for (int beat = 0; at < until - 0.5; beat++)
        {
            yield return at;
            at += interval(beat);
        }
    }

    private static void Bump(float[] samples, double at, double millivolts, double sigma)
    {
        for (int i = Math.Max(0, (int)((at - (5 * sigma)) * Rate)); i < Math.Min(samples.Length, (at + (5 * sigma)) * Rate); i++)
        {
            double z = (((double)i / Rate) - at) / sigma;
            samples[i] += (float)(millivolts * Math.Exp(-0.5 * z * z));
        }
    }
}
