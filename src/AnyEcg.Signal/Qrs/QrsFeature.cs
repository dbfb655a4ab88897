namespace AnyEcg.Signal;

/// <summary>
/// Turns the signal of one lead into one number that is large on a QRS complex: half the path length of the band-passed
/// signal over the last 100 ms, in millivolts. For one smooth deflection that is about its peak-to-peak height, so levels and
/// limits read as millivolts. Constant memory; sample by sample, hence the same for any chunking.
/// </summary>
internal sealed class QrsFeature : IStateful
{
    /// <summary>Samples summed: 100 ms, about the width of a QRS complex.</summary>
    public const int Window = 30;

    /// <summary>Delay of the band-pass near 10 Hz, in samples (27 ms).</summary>
    public const int BandDelay = 8;

    private const double LowHz = 8, HighHz = 20;

    private readonly double[] steps = new double[Window];
    private Biquad high = Biquad.HighPass(LowHz, PatchSecond.ModelRateHz);
    private Biquad low = Biquad.LowPass(HighHz, PatchSecond.ModelRateHz);
    private double sum, band;
    private int cursor;

    /// <summary>Starts again with <paramref name="level"/> as the resting level, so that an offset is no deflection.</summary>
    public void Reset(double level)
    {
        high.Settle(level);
        low.Settle(0);
        Array.Clear(steps);
        (sum, cursor, band) = (0, 0, 0);
    }

    public void Exchange(StateExchange state)
    {
        state.Values(steps.AsSpan());
        high.Exchange(state);
        low.Exchange(state);
        state.Value(ref sum);
        cursor = state.Count(cursor, Window - 1);
        state.Value(ref band);
    }

    /// <summary>The feature and the band-passed signal of the samples that follow, millivolts.</summary>
    public void Run(ReadOnlySpan<float> millivolts, Span<double> heights, Span<double> bands)
    {
        // All in registers: a sample waits for the one before it in every section.
        (double hb0, double hb1, double hb2, double ha1, double ha2, double hz1, double hz2) = high;
        (double lb0, double lb1, double lb2, double la1, double la2, double lz1, double lz2) = low;
        (double total, double last, int at, double[] ring) = (sum, band, cursor, steps);
        for (int i = 0; i < millivolts.Length; i++)
        {
            double x = millivolts[i], passed = (hb0 * x) + hz1;
            hz1 = (hb1 * x) - (ha1 * passed) + hz2;
            hz2 = (hb2 * x) - (ha2 * passed);
            double next = (lb0 * passed) + lz1;
            lz1 = (lb1 * passed) - (la1 * next) + lz2;
            lz2 = (lb2 * passed) - (la2 * next);
            double step = Math.Abs(next - last);
            last = next;
            total += step - ring[at];
            ring[at] = step;
            at = at + 1 == Window ? 0 : at + 1;
            (heights[i], bands[i]) = (0.5 * total, next);
        }

        high.Keep(hz1, hz2);
        low.Keep(lz1, lz2);
        (sum, band, cursor) = (total, last, at);
    }
}
