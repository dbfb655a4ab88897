namespace AnyEcg.Signal;

/// <summary>What the description of beats keeps of one lead: recent signal, templates, the previous beat. Engine thread only.</summary>
internal sealed class BeatLead : IStateful
{
    private const int Heights = 8, PLength = QrsShape.QrsFrom, PShift = 4;

    /// <summary>A lead that was away for longer may be a new electrode at another place (10 s).</summary>
    private const long ForgetAfter = 10 * PatchSecond.ModelRateHz;

    /// <summary>Noise above this share of the complex teaches no template.</summary>
    private const float NoisyShare = 0.05f;

    private readonly BeatSignal signal = new();
    private readonly BeatTemplates templates = new();
    private readonly QrsShape shape = new();
    private readonly float[] previous = new float[QrsShape.Length];
    private readonly float[] heights = new float[Heights];
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
        signal.Take(present ? second.Lead(lead) : [], present ? second.FeatureOf(lead) : [], start);
    }

    /// <summary>A new epoch: nothing known holds any more.</summary>
    public void Forget()
    {
        signal.Forget();
        templates.Clear();
        (beats, absentSince, stableP, meanLikeness) = (0, 0, 1, 1);
    }

    /// <summary>Measures the candidate and writes the lead's own features; returns its likeness to the dominant shape.</summary>
    public float Describe(long at, Span<float> row)
    {
        shape.Measure(signal, at);
        templates.Compare(shape);
        BeatTemplate? dominant = templates.Dominant;
        (float likeness, int lag) = dominant is null ? (1, 0) : templates.Likeness;
        DescribeShape(dominant, likeness, row);
        row.Set(BeatFeature.Previous, beats > 0 ? shape.Correlate(previous, out _) : 1);
        float likenessOfP = DescribeP(shape.Aligned(lag), dominant, row);
        row.Set(BeatFeature.Height, BeatFeatures.Log(shape.Heights.Here, MedianHeight()));
        row.Set(BeatFeature.Before, BeatFeatures.Log(shape.Heights.Before, shape.Heights.Here));
        row.Set(BeatFeature.After, BeatFeatures.Log(shape.Heights.After, shape.Heights.Here));
        row.Set(BeatFeature.PStable, stableP);
        row.Set(BeatFeature.LikenessMean, meanLikeness);
        (lastLikeness, lastP) = (likeness, likenessOfP);
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

    /// <summary>The shape, too: between a candidate and its admission it is what is learned.</summary>
    public void Exchange(StateExchange state)
    {
        state.Object(signal);
        state.Object(templates);
        state.Object(shape);
        state.Values(previous.AsSpan());
        state.Values(heights.AsSpan());
        (absentSince, beats) = (state.Position(absentSince), state.Tally(beats));
        state.Value(ref stableP, ref meanLikeness);
        state.Value(ref lastP, ref lastLikeness);
        state.Value(ref doubtful);
    }

    private void DescribeShape(BeatTemplate? dominant, float likeness, Span<float> row)
    {
        row.Set(BeatFeature.Likeness, likeness);
        row.Set(BeatFeature.OtherLikeness, templates.OtherLikeness);
        row.Set(BeatFeature.Share, templates.Share);
        row.Set(BeatFeature.Noise, Share(shape.Noise, shape.Amplitude));
        if (dominant is null)
            return;
        row.Set(BeatFeature.Amplitude, BeatFeatures.Log(shape.Amplitude, dominant.Amplitude));
        row.Set(BeatFeature.Area, BeatFeatures.Log(shape.Area, dominant.Area));
        row.Set(BeatFeature.Width, BeatFeatures.Log(shape.Width, dominant.Width));
        row.Set(BeatFeature.Spread, BeatFeatures.Log(shape.Spread, dominant.Spread));
        row.Set(BeatFeature.Slope, BeatFeatures.Log(shape.Slope, dominant.Slope));
    }

    /// <summary>The P region against the dominant template's; returns the correlation.</summary>
    private float DescribeP(ReadOnlySpan<float> wave, BeatTemplate? dominant, Span<float> row)
    {
        Span<float> p = stackalloc float[PLength + Correlation.Shifts], templateP = stackalloc float[PLength], values = stackalloc float[Correlation.Shifts];
        float own = Correlation.Detrend(wave[..PLength], p), best = 1;
        if (dominant is not null)
        {
            float usual = Correlation.Detrend(dominant.Wave.AsSpan(0, PLength), templateP), change = 0;
            Correlation.Across(p, templateP[PShift..^PShift], step: 1, values);
            best = -1;
            foreach (float value in values[..((2 * PShift) + 1)])
                best = Math.Max(best, value);
            for (int i = 0; i < PLength; i++)
                change += (p[i] - templateP[i]) * (p[i] - templateP[i]);
            row.Set(BeatFeature.PEnergy, BeatFeatures.Log(own, usual));
            row.Set(BeatFeature.PChange, Share(MathF.Sqrt(change / PLength), dominant.Amplitude));
        }

        row.Set(BeatFeature.PLikeness, best);
        return best;
    }

    private static float Share(float value, float whole) => Math.Clamp(value / Math.Max(whole, 0.02f), -2, 2);

    private float MedianHeight()
    {
        Span<float> copied = stackalloc float[Heights];
        Span<float> known = copied[..Math.Min(beats, Heights)];
        heights.AsSpan(0, known.Length).CopyTo(known);
        return known.IsEmpty ? 0 : Selection.Middle(known);
    }
}
