namespace AnyEcg.Signal;

/// <summary>
/// Spectrum of 4 s at 60 Hz, 0.5-20 Hz in lines of 0.5 Hz: where the power is and how it gathers (after the SPEC measures of Barro
/// et al. 1989). Stateless.
/// </summary>
internal static class SpectrumFeatures
{
    private const int Lines = 40, FastFrom = 23, PeakFirst = 1, PeakLast = 19;
    private const double StepHz = 0.5;

    private static readonly SineTable Sines = new(StepHz, 1, Lines);

    public static void Write(ReadOnlySpan<float> now, Span<float> values)
    {
        Span<float> powers = stackalloc float[Lines];
        Sines.Powers(now, powers);
        float sum = 1e-9f, fast = 0, moment = 0;
        int peak = PeakFirst;
        for (int line = 0; line < Lines; line++)
        {
            float power = powers[line];
            (sum, moment) = (sum + power, moment + ((line + 1) * power));
            fast += line >= FastFrom ? power : 0;
            peak = line is >= PeakFirst and <= PeakLast && power > powers[peak] ? line : peak;
        }

        float near = 0;
        for (int line = 0; line < Lines; line++)
            near += Math.Abs(line - peak) <= 0.3f * (peak + 1) ? powers[line] : 0;
        values[(int)ContextFeature.PeakHz] = MathF.Log((peak + 1) * (float)StepHz);
        values[(int)ContextFeature.PeakShare] = near / sum;
        values[(int)ContextFeature.Moment] = MathF.Log(moment / sum / (peak + 1));
        values[(int)ContextFeature.FastShare] = MathF.Log((fast / sum) + 0.001f);
    }
}
