using System.Numerics;

namespace AnyEcg.Signal;

/// <summary>
/// Describes beat candidates of one stream by what a cardiologist looks at: how early they come, whether they look like the
/// patient's other beats, whether a P wave stands before them. Causal: looks 0.2 s past the candidate. Its memory is that of
/// the patient: intervals and running templates of the beats admitted so far. Fixed memory, about 9 KB a lead; allocates
/// nothing after construction. Engine thread only.
/// </summary>
public sealed class BeatTracker
{
    /// <summary>How far a detection of the classical detector may lie from a candidate that it supports (150 ms).</summary>
    private const int Match = 45;

    /// <summary>Samples after a beat by which the classical detector has named it, if the QRS is a clear one.</summary>
    private const int ClassicalDelay = 105;

    /// <summary>From this likeness on a beat counts as the patient's normal one.</summary>
    private const float NormalLikeness = 0.9f;

    private readonly BeatLead[] leads;
    private readonly RrHistory all = new(), normal = new();
    private readonly QrsDetection[] classical = new QrsDetection[64];
    private readonly float[] likeness = [1, 1];
    private int classicalCount;
    private uint epoch, present;
    private long second, candidate;
    private float candidateLikeness;
    private bool started;

    public BeatTracker(int leadCount) => leads = [.. Enumerable.Range(0, leadCount).Select(_ => new BeatLead())];

    /// <summary>Takes the next second. Of what was not handed over nothing is known: intervals break, and a new epoch forgets all.</summary>
    public void Take(PatchSecond patch)
    {
        ArgumentNullException.ThrowIfNull(patch);
        if (!started || patch.Epoch != epoch)
            Forget();
        if (!started || patch.Second != second + 1 || patch.Present == 0)
        {
            all.Break();
            normal.Break();
        }

        (started, epoch, second, present) = (true, patch.Epoch, patch.Second, patch.Present);
        for (int lead = 0; lead < leads.Length; lead++)
            leads[lead].Take(patch, lead);
        foreach (QrsDetection found in patch.Qrs)
            classical[classicalCount++ % classical.Length] = found;
    }

    /// <summary>Takes a second whose beats will not be known.</summary>
    public void Skip(PatchSecond patch)
    {
        Take(patch);
        all.Break();
        normal.Break();
    }

    /// <summary>Writes a row of <see cref="BeatFeatures.Count"/> features for each lead present in this second, ascending.</summary>
    /// <returns>The number of rows.</returns>
    public int Describe(in BeatCandidate beat, Span<float> rows)
    {
        candidate = beat.Sample;
        int width = BeatFeatures.Count, count = BitOperations.PopCount(present), row = 0;
        rows[..(count * width)].Clear();
        candidateLikeness = 0;
        for (int lead = 0; lead < leads.Length; lead++)
        {
            if ((present >> lead & 1) == 0)
                continue;
            Span<float> own = rows.Slice((row++ * width) + BeatFeatures.SharedCount, width - BeatFeatures.SharedCount);
            candidateLikeness += leads[lead].Describe(candidate, Classical(lead), End - candidate >= ClassicalDelay, own);
        }

        candidateLikeness /= Math.Max(1, count);
        Span<float> shared = rows[..BeatFeatures.SharedCount];
        shared[0] = beat.Mass;
        DescribeTime(shared);
        for (int other = 1; other < count; other++)
            shared.CopyTo(rows[(other * width)..]);
        return count;
    }

    /// <summary>The candidate that was described last is a beat: it ends an interval, and its shape is learned.</summary>
    public void Admit()
    {
        bool usual = candidateLikeness >= NormalLikeness;
        if (!usual || likeness[0] < NormalLikeness)
            normal.Break();
        all.Add(candidate);
        normal.Add(candidate);
        (likeness[1], likeness[0]) = (likeness[0], candidateLikeness);
        for (int lead = 0; lead < leads.Length; lead++)
        {
            if ((present >> lead & 1) != 0)
                leads[lead].Admit(candidate);
        }
    }

    private long End => (second + 1) * PatchSecond.PatchSamples;

    private void Forget()
    {
        foreach (BeatLead lead in leads)
            lead.Forget();
        all.Clear();
        normal.Clear();
        (classicalCount, likeness[0], likeness[1]) = (0, 1, 1);
    }

    private void DescribeTime(Span<float> row)
    {
        float rr = all.Before(candidate), rr1 = all[0], rr2 = all[1];
        ReadOnlySpan<float> values = all.Sorted(8);
        float med8 = At(values, 0.5f), max8 = At(values, 1), iqr8 = At(values, 0.75f) - At(values, 0.25f);
        values = all.Sorted(32);
        float med32 = At(values, 0.5f);
        values = all.Sorted(64);
        float q90 = At(values, 0.9f), q10 = At(values, 0.1f);
        float normal32 = At(normal.Sorted(32), 0.5f);
        row[1] = rr > 0 ? 1 : 0;
        row[2] = BeatFeatures.Log(rr, med8);
        row[3] = BeatFeatures.Log(rr, med32);
        row[4] = BeatFeatures.Log(rr, all.Mean(RrHistory.Memory));
        row[5] = BeatFeatures.Log(rr, rr1);
        row[6] = BeatFeatures.Log(rr1, med32);
        row[7] = BeatFeatures.Log(rr2, med32);
        row[8] = BeatFeatures.Log(rr, q90);
        row[9] = BeatFeatures.Log(rr, q10);
        row[10] = BeatFeatures.Log(rr, 0.8f * PatchSecond.ModelRateHz);
        row[11] = BeatFeatures.Log(rr, max8);
        row[12] = med8 > 0 ? Math.Min(iqr8 / med8, 2) : 0;
        row[13] = med32 > 0 ? Math.Min(all.Jitter(32) / med32, 2) : 0;
        row[14] = BeatFeatures.Log(q90, q10);
        row[15] = BeatFeatures.Log(rr, normal32);
        row[16] = likeness[0];
        row[17] = likeness[1];
        row[18] = BeatFeatures.Log(rr1, normal32);
        row[19] = MathF.Log(1 + Math.Min(all.Count, RrHistory.Memory)) / 5;
        row[20] = rr > 0 && rr1 > 0 ? BeatFeatures.Log(rr + rr1, 2 * med32) : 0;
        row[21] = BeatFeatures.Log(rr, rr2);
        row[22] = BeatFeatures.Log(rr, all.Anchor);
        row[23] = BeatFeatures.Log(rr, all.Upper);
        row[24] = BeatFeatures.Log(rr, At(all.Sorted(RrHistory.Memory), 0.75f));
        row[25] = BeatFeatures.Log(rr1, all.Anchor);
        row[26] = MathF.Log(1 + all.Run) / 3;
        row[27] = med32 > 0 ? Math.Min(all.MedianStep(32) / med32, 1) : 0;
    }

    private static float At(ReadOnlySpan<float> ascending, float quantile) =>
        ascending.IsEmpty ? 0 : ascending[(int)(quantile * (ascending.Length - 1))];

    private QrsDetection? Classical(int lead)
    {
        QrsDetection? best = null;
        for (int i = 0; i < Math.Min(classicalCount, classical.Length); i++)
        {
            bool near = classical[i].Lead == lead && Math.Abs(classical[i].Sample - candidate) <= Match;
            if (near && (best is null || classical[i].Strength > best.Value.Strength))
                best = classical[i];
        }

        return best;
    }
}
