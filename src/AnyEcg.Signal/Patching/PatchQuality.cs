namespace AnyEcg.Signal;

/// <summary>The verdict on one lead in one second.</summary>
internal readonly record struct PatchQuality(PatchFlags Flags, float MissingShare)
{
    /// <summary>Range in millivolts below which a second counts as flat: half a millimetre on paper.</summary>
    private const float FlatMillivolts = 0.05f;

    /// <summary>
    /// Mean size of the second difference, in millivolts, above which a second is noisy. A clean lead stays near 0.01, muscle
    /// noise at 0 dB is above 0.05.
    /// </summary>
    private const double NoisyMillivolts = 0.05;

    private const int HalfPatch = PatchSecond.PatchSamples / 2;
    private const int DoubtfulSamples = PatchSecond.PatchSamples / 10;

    /// <summary>Whether enough of the second is there for a token.</summary>
    public bool HasToken => (Flags & (PatchFlags.Gap | PatchFlags.LeadOff)) == 0;

    /// <summary>Judges the filtered samples of a second by themselves and by their marks.</summary>
    public static PatchQuality Of(ReadOnlySpan<float> samples, ReadOnlySpan<SampleMarks> marks)
    {
        (float low, float high) = VectorSums.Range(samples);
        PatchFlags flags = high - low < FlatMillivolts ? PatchFlags.Flat : PatchFlags.None;
        if (marks.ContainsAnyExcept(SampleMarks.None))
            return Marked(flags, samples, marks);
        return new PatchQuality(IsNoisy(samples) ? flags | PatchFlags.Doubtful : flags, 0);
    }

    private static PatchQuality Marked(PatchFlags flags, ReadOnlySpan<float> samples, ReadOnlySpan<SampleMarks> marks)
    {
        int missing = Count(marks, SampleMarks.Missing);
        int off = Count(marks, SampleMarks.AnyOff);
        int saturated = Count(marks, SampleMarks.Saturated);
        if (missing > 0)
            flags |= PatchFlags.Missing;
        if (saturated > 0)
            flags |= PatchFlags.Saturated;
        if (Count(marks, SampleMarks.Settling) > 0)
            flags |= PatchFlags.Settling;
        if (missing + off > HalfPatch)
            flags |= missing > off ? PatchFlags.Gap : PatchFlags.LeadOff;
        else if (saturated > 0 || missing + off > DoubtfulSamples || Count(marks, SampleMarks.Clipped) > 0 || IsNoisy(samples))
            flags |= PatchFlags.Doubtful;
        return new PatchQuality(flags, (float)missing / PatchSecond.PatchSamples);
    }

    private static int Count(ReadOnlySpan<SampleMarks> marks, SampleMarks any)
    {
        int count = 0;
        foreach (SampleMarks mark in marks)
            count += (mark & any) != 0 ? 1 : 0;
        return count;
    }

    private static bool IsNoisy(ReadOnlySpan<float> samples) =>
        VectorSums.Bends(samples) > NoisyMillivolts * (samples.Length - 2);
}
