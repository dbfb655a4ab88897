namespace AnyEcg.Signal;

/// <summary>
/// Periodicity of what lies between the beats of one lead, over 8 s that end a second before the last sample: the QRS (-60 to
/// +100 ms) are blanked. A flutter has one sharp line at 4-5 Hz, fibrillation a broad one at 4-9 Hz. Stateless.
/// </summary>
internal static class AtrialSpectrum
{
    private const int SlowHz = LeadContext.SlowHz, Length = 8 * SlowHz, FirstLine = 14, Lines = 27;
    private const double StepHz = 0.25;
    private const int BlankBefore = 18, BlankLength = 48;

    private static readonly SineTable Sines = new(StepHz, FirstLine, Lines);

    /// <summary>Writes the raw values; <paramref name="end"/> is the sample at which <paramref name="slow"/> ends.</summary>
    public static void Write(ReadOnlySpan<float> slow, long end, ContextBeats beats, Span<float> values)
    {
        Span<float> blanked = stackalloc float[Length];
        slow.Slice(slow.Length - SlowHz - Length, Length).CopyTo(blanked);
        const int Step = PatchSecond.ModelRateHz / SlowHz;
        long start = end - PatchSecond.ModelRateHz - (Length * Step);
        for (int back = 0; back < beats.Count && beats[back].Sample >= start; back++)
        {
            long at = (beats[back].Sample - BlankBefore - start) / Step;
            int from = (int)Math.Clamp(at, 0, Length), to = (int)Math.Clamp(at + (BlankLength / Step) + 1, 0, Length);
            blanked[from..to].Clear();
        }

        Span<float> powers = stackalloc float[Lines];
        Sines.Powers(blanked, powers);
        float sum = 0, highest = 0;
        int peak = 0;
        for (int line = 0; line < Lines; line++)
        {
            float power = powers[line];
            sum += power;
            if (power > highest)
                (highest, peak) = (power, line);
        }

        if (sum <= 1e-6f)
            return;
        values[(int)ContextFeature.AtrialPeak] = highest / sum;
        values[(int)ContextFeature.AtrialHz] = (float)((FirstLine + peak) * StepHz);
    }
}
