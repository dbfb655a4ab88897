namespace AnyEcg.Signal;

/// <summary>What the description of beats keeps of one lead: recent signal, templates, the previous beat. Engine thread only.</summary>
internal sealed class BeatLead
{
    private const float SampleSeconds = 1f / PatchSecond.ModelRateHz;
    private const int Points = 31, Heights = 8, PLength = QrsShape.QrsFrom, PShift = 4;

    /// <summary>A lead that was away for longer may be a new electrode at another place (10 s).</summary>
    private const long ForgetAfter = 10 * PatchSecond.ModelRateHz;

    /// <summary>Noise above this share of the complex teaches no template.</summary>
    private const float NoisyShare = 0.05f;

    private readonly BeatSignal signal = new();
    private readonly BeatTemplates templates = new();
    private readonly QrsShape shape = new();
    private readonly float[] previous = new float[QrsShape.Length];
    private readonly float[] heights = new float[Heights];
    private readonly float[] sorted = new float[Heights];
    private readonly float[] p = new float[PLength], templateP = new float[PLength];
    private long absentSince;
    private int beats;
    private float stableP, meanLikeness, lastP, lastLikeness;
    private bool doubtful;

    public void Take(PatchSecond second, int lead)
    {
        long start = second.Second * PatchSecond.PatchSamples;
        bool present = (second.Present >> lead & 1) != 0;
        doubtful = (second.Flags[lead] & PatchFlags.Doubtful) != 0;
        if (present && signal.Since == long.MaxValue && start - absentSince > ForgetAfter)
            Forget();
        if (!present && signal.Since != long.MaxValue)
            absentSince = start;
        signal.Take(present ? second.Lead(lead) : [], start);
    }

    /// <summary>A new epoch: nothing known holds any more.</summary>
    public void Forget()
    {
        signal.Forget();
        templates.Clear();
        (beats, absentSince, stableP, meanLikeness) = (0, 0, 1, 1);
    }

    /// <summary>Measures the candidate and writes the lead's own features; returns its likeness to the dominant shape.</summary>
    public float Describe(long at, QrsDetection? classical, bool classicalKnown, Span<float> row)
    {
        shape.Measure(signal, at);
        templates.Compare(shape);
        (float likeness, int lag) = templates.Dominant is null ? (1, 0) : templates.Likeness;
        ReadOnlySpan<float> wave = shape.Aligned(lag);
        Describe(templates.Dominant, likeness, row);
        row[12] = beats > 0 ? shape.Correlate(previous, out _) : 1;
        DescribeP(wave, templates.Dominant, row[13..17]);
        float height = MedianHeight();
        row[18] = BeatFeatures.Log(shape.Heights.Here, height);
        row[19] = BeatFeatures.Log(shape.Heights.Before, shape.Heights.Here);
        row[20] = BeatFeatures.Log(shape.Heights.After, shape.Heights.Here);
        row[21] = doubtful ? 1 : 0;
        row[23] = classical is { } found ? Math.Min(found.Strength, 4) / 4 : 0;
        row[24] = classicalKnown ? 1 : 0;
        (row[29], row[30]) = (stableP, meanLikeness);
        (lastLikeness, lastP) = (likeness, row[13]);
        row[28] = at - QrsShape.Before >= signal.Since ? 1 : 0;
        float scale = 1 / Math.Max(templates.Dominant?.Amplitude ?? shape.Amplitude, 0.05f);
        Thin(wave, scale, row.Slice(Points, BeatFeatures.WavePoints));
        Thin(templates.Dominant is { } dominant ? dominant.Wave : wave, scale, row.Slice(Points + BeatFeatures.WavePoints, BeatFeatures.WavePoints));
        return likeness;
    }

    /// <summary>The candidate that was described last is a beat.</summary>
    public void Admit(long at)
    {
        heights[beats++ % Heights] = shape.Heights.Here;
        shape.Aligned(0).CopyTo(previous);
        stableP += (lastP - stableP) / 16;
        meanLikeness += (lastLikeness - meanLikeness) / 16;
        bool whole = at - QrsShape.Before >= signal.Since;
        if (whole && !doubtful && shape.Noise < NoisyShare * shape.Amplitude)
            templates.Learn(shape);
    }

    private static void Thin(ReadOnlySpan<float> wave, float scale, Span<float> points)
    {
        const int step = QrsShape.Length / BeatFeatures.WavePoints;
        for (int i = 0; i < points.Length; i++)
        {
            float sum = 0;
            for (int j = 0; j < step; j++)
                sum += wave[(i * step) + j];
            points[i] = Math.Clamp(sum * scale / step, -3, 3);
        }
    }

    private void Describe(BeatTemplate? dominant, float likeness, Span<float> row)
    {
        row[0] = likeness;
        row[1] = templates.OtherLikeness;
        row[2] = templates.Share;
        row[3] = BeatFeatures.Log(shape.Amplitude, dominant?.Amplitude ?? 0);
        row[4] = BeatFeatures.Log(shape.Area, dominant?.Area ?? 0);
        row[5] = BeatFeatures.Log(shape.Width, dominant?.Width ?? 0);
        row[6] = BeatFeatures.Log(shape.Spread, dominant?.Spread ?? 0);
        row[7] = BeatFeatures.Log(shape.Slope, dominant?.Slope ?? 0);
        row[8] = 10 * SampleSeconds * shape.Width;
        row[9] = 30 * SampleSeconds * shape.Spread;
        row[10] = Share(shape.Area, shape.Amplitude);
        row[11] = dominant is null ? 0 : Share(shape.StLevel - dominant.StLevel, dominant.Amplitude);
        row[17] = Share(shape.Noise, shape.Amplitude);
        row[22] = MathF.Log(1 + (dominant?.Count ?? 0)) / 5;
        row[25] = 10 * SampleSeconds * (dominant?.Width ?? shape.Width);
        row[26] = dominant is null ? row[10] : Share(dominant.Area, dominant.Amplitude);
        row[27] = Share(shape.StLevel, shape.Amplitude);
    }

    /// <summary>Likeness to the template's P region, ratio of energies, height and change against the template's QRS.</summary>
    private void DescribeP(ReadOnlySpan<float> wave, BeatTemplate? dominant, Span<float> row)
    {
        float own = Correlation.Detrend(wave[..PLength], p);
        float usual = dominant is null ? own : Correlation.Detrend(dominant.Wave.AsSpan(0, PLength), templateP);
        float amplitude = dominant?.Amplitude ?? shape.Amplitude;
        float best = dominant is null ? 1 : -1, change = 0;
        for (int lag = -PShift; dominant is not null && lag <= PShift; lag++)
        {
            ReadOnlySpan<float> shifted = p.AsSpan(PShift + lag, PLength - 2 * PShift);
            best = Math.Max(best, Correlation.Of(shifted, templateP.AsSpan(PShift, PLength - 2 * PShift)));
        }

        for (int i = 0; dominant is not null && i < PLength; i++)
            change += (p[i] - templateP[i]) * (p[i] - templateP[i]);
        row[0] = best;
        row[1] = BeatFeatures.Log(own, usual);
        row[2] = Share(own, amplitude);
        row[3] = Share(MathF.Sqrt(change / PLength), amplitude);
    }

    private static float Share(float value, float whole) => Math.Clamp(value / Math.Max(whole, 0.02f), -2, 2);

    private float MedianHeight()
    {
        int known = Math.Min(beats, Heights);
        heights.AsSpan(0, known).CopyTo(sorted);
        Span<float> values = sorted.AsSpan(0, known);
        values.Sort();
        return known > 0 ? values[known / 2] : 0;
    }
}
