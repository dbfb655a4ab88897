namespace AnyEcg.Signal;

/// <summary>
/// The causal filters of one lead at 300 Hz, in double: high-pass 0.5 Hz (second-order Butterworth) against wander, low-pass 75 Hz
/// (second-order Butterworth) against muscle noise, notch at the mains frequency (Q = 30). The same at every device rate; what a
/// slow device cannot carry the resampler has taken away already. State is carried from call to call; results do not depend on
/// how samples are split. Their group delay (about 3 ms in 5-40 Hz) is left in. Engine thread only.
/// </summary>
internal sealed class FilterChain : IStateful
{
    private const double HighPassHz = 0.5, LowPassHz = 75, NotchQ = 30;

    private Biquad highPass, lowPass, notch;

    public FilterChain(MainsFrequency mains)
    {
        highPass = Biquad.HighPass(HighPassHz, PatchSecond.ModelRateHz);
        lowPass = Biquad.LowPass(LowPassHz, PatchSecond.ModelRateHz);
        notch = mains == MainsFrequency.Off ? Biquad.Identity : Biquad.Notch((double)mains, NotchQ, PatchSecond.ModelRateHz);
    }

    /// <summary>Starts as if <paramref name="value"/> had lasted for ever: the 0.5 Hz high-pass then has no step to forget.</summary>
    public void Prime(double value) =>
        notch.Settle(lowPass.Settle(highPass.Settle(value)));

    public double Step(double value) => notch.Next(lowPass.Next(highPass.Next(value)));

    /// <summary>Filters a run of samples in place, up to the first that comes out beyond a limit; returns how many were filtered within it.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="limit">Sizes from here on are beyond it.</param>
    /// <param name="beyond">What came out beyond it; 0 where nothing did.</param>
    public int Run(Span<float> samples, double limit, out double beyond)
    {
        // All in registers: a section's next sample waits for its last, and the three run side by side. The arithmetic is that of Step.
        (double hb0, double hb1, double hb2, double ha1, double ha2, double hz1, double hz2) = highPass;
        (double lb0, double lb1, double lb2, double la1, double la2, double lz1, double lz2) = lowPass;
        (double nb0, double nb1, double nb2, double na1, double na2, double nz1, double nz2) = notch;
        int i = 0;
        beyond = 0;
        for (; i < samples.Length; i++)
        {
            double x = samples[i];
            double high = (hb0 * x) + hz1;
            hz1 = (hb1 * x) - (ha1 * high) + hz2;
            hz2 = (hb2 * x) - (ha2 * high);
            double low = (lb0 * high) + lz1;
            lz1 = (lb1 * high) - (la1 * low) + lz2;
            lz2 = (lb2 * high) - (la2 * low);
            double output = (nb0 * low) + nz1;
            nz1 = (nb1 * low) - (na1 * output) + nz2;
            nz2 = (nb2 * low) - (na2 * output);
            if (Math.Abs(output) >= limit)
            {
                beyond = output;
                break;
            }

            samples[i] = (float)output;
        }

        highPass.Keep(hz1, hz2);
        lowPass.Keep(lz1, lz2);
        notch.Keep(nz1, nz2);
        return i;
    }

    public void Exchange(StateExchange state)
    {
        highPass.Exchange(state);
        lowPass.Exchange(state);
        notch.Exchange(state);
    }
}
