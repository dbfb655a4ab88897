namespace AnyEcg.Signal;

/// <summary>
/// The causal filters of one lead at 300 Hz, in double: high-pass 0.5 Hz (second-order Butterworth) against wander, low-pass 75 Hz
/// (second-order Butterworth) against muscle noise, notch at the mains frequency (Q = 30). The same at every device rate; what a
/// slow device cannot carry the resampler has taken away already. State is carried from call to call; results do not depend on
/// how samples are split. Their group delay (about 3 ms in 5-40 Hz) is left in. Engine thread only.
/// </summary>
internal sealed class FilterChain
{
    private const double HighPassHz = 0.5, LowPassHz = 75, NotchQ = 30;

    private readonly bool notched;
    private readonly Biquad highPass;
    private readonly Biquad lowPass;
    private readonly Biquad notch;
    private State state;

    public FilterChain(MainsFrequency mains)
    {
        highPass = Biquad.HighPass(HighPassHz, Biquad.ButterworthQ, PatchSecond.ModelRateHz);
        lowPass = Biquad.LowPass(LowPassHz, Biquad.ButterworthQ, PatchSecond.ModelRateHz);
        notched = mains != MainsFrequency.Off;
        if (notched)
            notch = Biquad.Notch((double)mains, NotchQ, PatchSecond.ModelRateHz);
    }

    /// <summary>All that the chain remembers; copy it to take a snapshot, set it to go back.</summary>
    public State Memory
    {
        get => state;
        set => state = value;
    }

    /// <summary>Starts as if <paramref name="value"/> had lasted for ever: the 0.5 Hz high-pass then has no step to forget.</summary>
    public void Prime(double value)
    {
        state.HighPass = BiquadState.Settled(highPass, value);
        state.LowPass = BiquadState.Settled(lowPass, highPass.DcGain * value);
        state.Notch = BiquadState.Settled(notch, lowPass.DcGain * highPass.DcGain * value);
    }

    public double Step(double value)
    {
        double output = state.LowPass.Step(lowPass, state.HighPass.Step(highPass, value));
        return notched ? state.Notch.Step(notch, output) : output;
    }

    /// <summary>Memory of the three sections.</summary>
    internal struct State
    {
        public BiquadState HighPass;
        public BiquadState LowPass;
        public BiquadState Notch;
    }
}
