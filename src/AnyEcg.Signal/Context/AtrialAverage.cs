namespace AnyEcg.Signal;

/// <summary>
/// Running means, over about 10 and 30 beats, of the 240 to 60 ms before each beat of one lead: what comes with every beat (a P
/// wave) stays in them, what does not (fibrillatory waves, noise) averages out. Engine thread only.
/// </summary>
internal sealed class AtrialAverage : IStateful
{
    /// <summary>The stretch begins this long before the beat and has this many samples.</summary>
    public const int Before = 72, Length = 54;

    private const int Fast = 10, Slow = 30, Fewest = 4;

    private readonly float[] fastMean = new float[Length], slowMean = new float[Length], centred = new float[Length];
    private float fastPower, slowPower, roughPower;
    private int seen;

    public void Clear()
    {
        Array.Clear(fastMean);
        Array.Clear(slowMean);
        (fastPower, slowPower, roughPower, seen) = (0, 0, 0, 0);
    }

    /// <summary>Takes the stretch before a beat of the usual shape.</summary>
    public void Observe(ReadOnlySpan<float> stretch)
    {
        float mean = VectorSums.Sum(stretch) / Length, rough = 0;
        for (int i = 0; i < Length; i++)
            centred[i] = stretch[i] - mean;
        for (int i = 2; i < Length; i++)
        {
            float bend = stretch[i] - (2 * stretch[i - 1]) + stretch[i - 2];
            rough += bend * bend;
        }

        seen++;
        float fast = 1f / Math.Min(seen, Fast), slow = 1f / Math.Min(seen, Slow);
        float power = VectorSums.Dot(centred, centred);
        fastPower += fast * (power - fastPower);
        slowPower += slow * (power - slowPower);
        roughPower += fast * (rough - roughPower);
        for (int i = 0; i < Length; i++)
        {
            fastMean[i] += fast * (centred[i] - fastMean[i]);
            slowMean[i] += slow * (centred[i] - slowMean[i]);
        }
    }

    public void Exchange(StateExchange state)
    {
        state.Values(fastMean.AsSpan());
        state.Values(slowMean.AsSpan());
        state.Value(ref fastPower, ref slowPower, ref roughPower);
        seen = state.Tally(seen);
    }

    /// <summary>Writes the raw values, against a QRS of this range; nothing before a few beats or without a QRS.</summary>
    public void Write(float qrsRange, Span<float> values)
    {
        if (seen < Fewest || qrsRange <= 0 || slowPower <= 0)
            return;
        float kept = VectorSums.Dot(fastMean, fastMean), residue = Math.Max(fastPower - kept, 0);
        values[(int)ContextFeature.PConsistency10] = kept / fastPower;
        values[(int)ContextFeature.PConsistency30] = VectorSums.Dot(slowMean, slowMean) / slowPower;
        values[(int)ContextFeature.PSize] = MathF.Log((Spread(fastMean) / qrsRange) + 0.002f);
        values[(int)ContextFeature.AtrialResidue] = MathF.Log((MathF.Sqrt(residue / Length) / qrsRange) + 0.0005f);
        values[(int)ContextFeature.AtrialRoughness] = MathF.Log((roughPower + 1e-7f) / (residue + 1e-6f));
    }

    private static float Spread(ReadOnlySpan<float> values)
    {
        (float low, float high) = (values[0], values[0]);
        foreach (float value in values)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        return high - low;
    }
}
