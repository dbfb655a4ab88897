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

    private readonly bool notched;
    private Biquad highPass, lowPass, notch;

    public FilterChain(MainsFrequency mains)
    {
        notched = mains != MainsFrequency.Off;
        highPass = Biquad.HighPass(HighPassHz, PatchSecond.ModelRateHz);
        lowPass = Biquad.LowPass(LowPassHz, PatchSecond.ModelRateHz);
        notch = notched ? Biquad.Notch((double)mains, NotchQ, PatchSecond.ModelRateHz) : default;
    }

    /// <summary>Starts as if <paramref name="value"/> had lasted for ever: the 0.5 Hz high-pass then has no step to forget.</summary>
    public void Prime(double value) =>
        notch.Settle(lowPass.Settle(highPass.Settle(value)));

    public double Step(double value)
    {
        double output = lowPass.Next(highPass.Next(value));
        return notched ? notch.Next(output) : output;
    }

    public void Exchange(StateExchange state)
    {
        highPass.Exchange(state);
        lowPass.Exchange(state);
        notch.Exchange(state);
    }
}
