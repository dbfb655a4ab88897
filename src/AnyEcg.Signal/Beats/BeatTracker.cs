using System.Numerics;

namespace AnyEcg.Signal;

/// <summary>
/// Describes beat candidates of one stream by what a cardiologist looks at: how early they come, whether they look like the
/// patient's other beats, whether a P wave stands before them. Causal: looks 0.2 s past the candidate. Its memory is that of
/// the patient: intervals and running templates of the beats admitted so far. Fixed memory, about 8 KB a lead and 4 KB; allocates
/// nothing after construction. Engine thread only.
/// </summary>
public sealed class BeatTracker : IStateful
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
            Span<float> own = rows.Slice(row++ * width, width);
            own.Set(BeatFeature.Classical, Classical(lead) is { } found ? Math.Min(found.Strength, 4) / 4 : 0);
            own.Set(BeatFeature.ClassicalKnown, End - candidate >= ClassicalDelay ? 1 : 0);
            candidateLikeness += leads[lead].Describe(candidate, own);
        }

        candidateLikeness /= Math.Max(1, count);
        Span<float> shared = rows[..BeatFeatures.SharedCount];
        shared.Set(BeatFeature.Mass, beat.Mass);
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

    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Landmark(0x4245_4154);
        state.Setting(leads.Length);
        foreach (BeatLead lead in leads)
            state.Object(lead);
        state.Object(all);
        state.Object(normal);
        classicalCount = state.Tally(classicalCount);
        foreach (ref QrsDetection found in classical.AsSpan(0, Math.Min(classicalCount, classical.Length)))
            found = state.Detection(found, LeadSet.MaxLeads);
        state.Values(likeness.AsSpan());
        state.Value(ref epoch);
        present = state.Leads(present, leads.Length);
        second = state.Position(second);
        candidate = state.Within(candidate, -SignalState.LargestPosition, SignalState.LargestPosition);
        state.Value(ref candidateLikeness);
        state.Value(ref started);
    }

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
        float rr = all.Before(candidate);
        float med8 = all.Quantile(8, 0.5f), max8 = all.Quantile(8, 1), iqr8 = all.Quantile(8, 0.75f) - all.Quantile(8, 0.25f);
        float med32 = all.Quantile(32, 0.5f), q90 = all.Quantile(64, 0.9f), q10 = all.Quantile(64, 0.1f);
        float q75 = all.Quantile(RrHistory.Memory, 0.75f);
        row.Set(BeatFeature.Known, rr > 0 ? 1 : 0);
        row.Set(BeatFeature.RrMed8, BeatFeatures.Log(rr, med8));
        row.Set(BeatFeature.RrMax8, BeatFeatures.Log(rr, max8));
        row.Set(BeatFeature.Iqr8, med8 > 0 ? Math.Min(iqr8 / med8, 2) : 0);
        row.Set(BeatFeature.RrMed32, BeatFeatures.Log(rr, med32));
        row.Set(BeatFeature.RrMean128, BeatFeatures.Log(rr, all.Mean(RrHistory.Memory)));
        row.Set(BeatFeature.RrQ90, BeatFeatures.Log(rr, q90));
        row.Set(BeatFeature.RrQ10, BeatFeatures.Log(rr, q10));
        row.Set(BeatFeature.Spread64, BeatFeatures.Log(q90, q10));
        row.Set(BeatFeature.RrQ75, BeatFeatures.Log(rr, q75));
        row.Set(BeatFeature.RrAnchor, BeatFeatures.Log(rr, all.Anchor));
        row.Set(BeatFeature.RrUpper, BeatFeatures.Log(rr, all.Upper));
        row.Set(BeatFeature.Run, MathF.Log(1 + all.Run) / 3);
        row.Set(BeatFeature.Jitter32, med32 > 0 ? Math.Min(all.Jitter(32) / med32, 2) : 0);
        row.Set(BeatFeature.Steps32, med32 > 0 ? Math.Min(all.MedianStep(32) / med32, 1) : 0);
        row.Set(BeatFeature.Likeness1, likeness[0]);
        row.Set(BeatFeature.Likeness2, likeness[1]);
        DescribeBefore(row, rr, med32);
    }

    private void DescribeBefore(Span<float> row, float rr, float med32)
    {
        float rr1 = all[0], rr2 = all[1], normal32 = normal.Quantile(32, 0.5f);
        row.Set(BeatFeature.RrRr1, BeatFeatures.Log(rr, rr1));
        row.Set(BeatFeature.RrRr2, BeatFeatures.Log(rr, rr2));
        row.Set(BeatFeature.Rr1Med32, BeatFeatures.Log(rr1, med32));
        row.Set(BeatFeature.Rr2Med32, BeatFeatures.Log(rr2, med32));
        row.Set(BeatFeature.PairMed32, rr > 0 && rr1 > 0 ? BeatFeatures.Log(rr + rr1, 2 * med32) : 0);
        row.Set(BeatFeature.Rr1Anchor, BeatFeatures.Log(rr1, all.Anchor));
        row.Set(BeatFeature.RrNormal32, BeatFeatures.Log(rr, normal32));
        row.Set(BeatFeature.Rr1Normal32, BeatFeatures.Log(rr1, normal32));
    }

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
