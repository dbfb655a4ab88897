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
        // Copies in registers: a section's next sample waits for its last, and the three run side by side.
        (Biquad high, Biquad low, Biquad mains) = (highPass, lowPass, notch);
        int i = 0;
        beyond = 0;
        for (; i < samples.Length; i++)
        {
            double output = mains.Next(low.Next(high.Next(samples[i])));
            if (Math.Abs(output) >= limit)
            {
                beyond = output;
                break;
            }

            samples[i] = (float)output;
        }

        (highPass, lowPass, notch) = (high, low, mains);
        return i;
    }

    public void Exchange(StateExchange state)
    {
        highPass.Exchange(state);
        lowPass.Exchange(state);
        notch.Exchange(state);
    }
}
