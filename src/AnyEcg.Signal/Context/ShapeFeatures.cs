namespace AnyEcg.Signal;

/// <summary>How the beats of the last minute resemble the usual one. Stateless.</summary>
internal static class ShapeFeatures
{
    private const int Rate = PatchSecond.ModelRateHz, Newest = 4;

    /// <summary>Writes the raw values for windows that end at <paramref name="until"/>.</summary>
    /// <param name="beats">The beats.</param>
    /// <param name="until">End of the windows.</param>
    /// <param name="usualWidth">Mean width of the usual beats in ms, 0 where it is not known.</param>
    /// <param name="values">Raw values.</param>
    public static void Write(ContextBeats beats, long until, float usualWidth, Span<float> values)
    {
        if (beats.Count == 0)
            return;
        int in10 = beats.Since(until - (10 * Rate)), in30 = beats.Since(until - (30 * Rate)), in60 = beats.Since(until - (60 * Rate));
        int deviating = 0, wide = 0, narrow = 0, run = 0, longest = 0;
        for (int back = 0; back < in60; back++)
        {
            ref readonly ContextBeat beat = ref beats[back];
            deviating += beat.Deviates ? 1 : 0;
            wide += beat.Premature && beat.Deviates ? 1 : 0;
            narrow += beat.Premature && !beat.Deviates ? 1 : 0;
            run = beat.Deviates && back < in10 ? run + 1 : 0;
            longest = Math.Max(longest, run);
            if (back + 1 == in10)
                (values[(int)ContextFeature.Deviating10], values[(int)ContextFeature.DeviatingRun10]) = ((float)deviating / in10, MathF.Log(1 + longest));
            if (back + 1 == in30)
                values[(int)ContextFeature.Deviating30] = (float)deviating / in30;
        }

        if (in60 > 0)
        {
            values[(int)ContextFeature.Deviating60] = (float)deviating / in60;
            values[(int)ContextFeature.PrematureWide60] = (float)wide / in60;
            values[(int)ContextFeature.PrematureNarrow60] = (float)narrow / in60;
        }

        Now(beats, Math.Min(in10, Newest), usualWidth, values);
    }

    private static void Now(ContextBeats beats, int count, float usualWidth, Span<float> values)
    {
        float likeness = 0, width = 0;
        int widths = 0, shapes = 0;
        for (int back = 0; back < count; back++)
        {
            ref readonly ContextBeat beat = ref beats[back];
            (likeness, shapes) = float.IsNaN(beat.Likeness) ? (likeness, shapes) : (likeness + beat.Likeness, shapes + 1);
            (width, widths) = float.IsNaN(beat.Width) ? (width, widths) : (width + beat.Width, widths + 1);
        }

        if (shapes > 0)
            values[(int)ContextFeature.ShapeNow] = likeness / shapes;
        if (usualWidth <= 0)
            return;
        values[(int)ContextFeature.Width] = MathF.Log(usualWidth);
        if (widths > 0)
            values[(int)ContextFeature.WidthNow] = MathF.Log(width / widths / usualWidth);
    }
}
