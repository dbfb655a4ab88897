using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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

    /// <summary>Samples by which the last section is behind the first.</summary>
    private const int Lag = 2;

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

    /// <summary>
    /// Filters a run of samples in place, as <see cref="Step"/> does one by one, to the bit; what comes out at a limit or beyond is cut there
    /// and marked. A lane of a vector is a section, each a sample behind the one before it, so that all three wait for their last sample at
    /// the same time.
    /// </summary>
    public void Run(Span<float> samples, Span<SampleMarks> marks, double limit)
    {
        if (samples.Length < Lag + 1)
        {
            for (int i = 0; i < samples.Length; i++)
                Put(Step(samples[i]), limit, ref samples[i], ref marks[i]);
            return;
        }

        SectionLanes lanes = new(highPass, lowPass, notch);
        Vector256<double> y = lanes.Step(Vector256.CreateScalar((double)samples[0]), SectionLanes.First);
        y = lanes.Step(Next(y, samples[1]), SectionLanes.FirstTwo);
        for (int i = Lag; i < samples.Length; i++)
        {
            y = lanes.Step(Next(y, samples[i]));
            Put(y[Lag], limit, ref samples[i - Lag], ref marks[i - Lag]);
        }

        y = lanes.Step(Next(y, 0), SectionLanes.LastTwo);
        Put(y[Lag], limit, ref samples[^2], ref marks[samples.Length - 2]);
        y = lanes.Step(Next(y, 0), SectionLanes.Last);
        Put(y[Lag], limit, ref samples[^1], ref marks[samples.Length - 1]);
        lanes.Keep(ref highPass, ref lowPass, ref notch);
    }

    public void Exchange(StateExchange state)
    {
        highPass.Exchange(state);
        lowPass.Exchange(state);
        notch.Exchange(state);
    }

    /// <summary>A section's output is the next one's input a sample later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Next(Vector256<double> outputs, double input) =>
        Vector256.Shuffle(outputs, Vector256.Create(0L, 0, 1, 2)).WithElement(0, input);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(double value, double limit, ref float sample, ref SampleMarks mark)
    {
        if (Math.Abs(value) >= limit)
        {
            mark |= SampleMarks.Clipped;
            value = Math.Clamp(value, -limit, limit);
        }

        sample = (float)value;
    }
}
