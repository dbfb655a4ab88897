namespace AnyEcg.Signal.Tests;

/// <summary>
/// A lead at 300 Hz in millivolts with known R positions: narrow QRS with Q and S, P and T waves of sinus proportions,
/// seeded noise. Enough for a detector, no claim beyond that.
/// </summary>
internal sealed class SyntheticEcg(int samples, int seed = 1)
{
    private const int Rate = PatchSecond.ModelRateHz;
    private readonly Random random = new(seed);

    public float[] Samples { get; } = new float[samples];

    public List<long> Beats { get; } = [];

    /// <summary>Regular beats in [from, to), the first one half an interval after <paramref name="from"/>.</summary>
    public SyntheticEcg Train(double perMinute, double from, double to, double millivolts = 1)
    {
        double interval = 60 / perMinute;
        for (double at = from + (interval / 2); at < to; at += interval)
        {
            Beat(at, millivolts, Math.Min(1, interval));
        }

        return this;
    }

    /// <summary>Makes the T waves of the beats so far higher by this much.</summary>
    public SyntheticEcg TallerT(double millivolts)
    {
        Beats.ForEach(beat => Bump(((double)beat / Rate) + 0.27, millivolts, 0.03));
        return this;
    }

    public SyntheticEcg Noise(double rmsMillivolts, double from = 0, double to = double.MaxValue)
    {
        for (int i = (int)(from * Rate); i < Math.Min(Samples.Length, to * Rate); i++)
        {
            double gauss = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            Samples[i] += (float)(rmsMillivolts * gauss);
        }

        return this;
    }

    public SyntheticEcg Wave(double hertz, double millivolts, double from = 0, double to = double.MaxValue)
    {
        for (int i = (int)(from * Rate); i < Math.Min(Samples.Length, to * Rate); i++)
        {
            Samples[i] += (float)(millivolts * Math.Sin(2 * Math.PI * hertz * i / Rate));
        }

        return this;
    }

    /// <summary>A P wave alone, as when the atria beat on and the ventricles stand still.</summary>
    public SyntheticEcg PWave(double at, double millivolts = 0.12)
    {
        Bump(at, millivolts, 0.025);
        return this;
    }

    private void Beat(double at, double millivolts, double interval)
    {
        Beats.Add((long)Math.Round(at * Rate));
        PWave(at - (0.16 * interval), 0.12 * millivolts);
        Bump(at - 0.025, -0.12 * millivolts, 0.008);
        Bump(at, millivolts, 0.011);
        Bump(at + 0.027, -0.2 * millivolts, 0.009);
        Bump(at + (0.3 * Math.Sqrt(interval)), 0.25 * millivolts, 0.045 * Math.Sqrt(interval));
    }

    private void Bump(double at, double millivolts, double sigma)
    {
        int from = Math.Max(0, (int)((at - (5 * sigma)) * Rate));
        int to = Math.Min(Samples.Length - 1, (int)((at + (5 * sigma)) * Rate));
        for (int i = from; i <= to; i++)
        {
            double z = (((double)i / Rate) - at) / sigma;
            Samples[i] += (float)(millivolts * Math.Exp(-0.5 * z * z));
        }
    }
}
