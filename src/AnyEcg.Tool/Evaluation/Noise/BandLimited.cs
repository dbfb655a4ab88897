namespace AnyEcg.Tool;

/// <summary>Changes the rate of a whole row of samples by a windowed sinc: for noise, where no stream and no exact delay is needed.</summary>
internal static class BandLimited
{
    /// <summary>Zero crossings of the sinc on either side.</summary>
    private const int Crossings = 16;

    public static float[] Resample(float[] row, double fromHz, double toHz)
    {
        if (fromHz.Equals(toHz) || row.Length == 0)
        {
            return row;
        }

        double band = Math.Min(1, toHz / fromHz), reach = Crossings / band;
        float[] to = new float[Math.Max(1, (int)((row.Length - 1) * toHz / fromHz) + 1)];
        for (int i = 0; i < to.Length; i++)
        {
            double at = i * fromHz / toHz, sum = 0;
            int last = Math.Min(row.Length - 1, (int)Math.Floor(at + reach));
            for (int k = Math.Max(0, (int)Math.Ceiling(at - reach)); k <= last; k++)
            {
                sum += float.IsFinite(row[k]) ? row[k] * Kernel(at - k, band, reach) : 0;
            }

            to[i] = (float)sum;
        }

        return to;
    }

    /// <summary>A sinc of the lower rate's band under Hann's window.</summary>
    private static double Kernel(double x, double band, double reach)
    {
        double phase = Math.PI * band * x;
        double sinc = Math.Abs(phase) < 1e-9 ? 1 : Math.Sin(phase) / phase;
        return band * sinc * (0.5 + (0.5 * Math.Cos(Math.PI * x / reach)));
    }
}
