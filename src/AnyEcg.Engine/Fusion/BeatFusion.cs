using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// Places of beats in one second from the per-lead bins of the network. The leads are joined by the mean of their weighted
/// average and their maximum; a beat's probability is the mass of three neighbouring bins, because a beat near the border of
/// two bins shares its mass between them. Peaks of a window lie at least 200 ms apart, and as far behind the last beat of the
/// window before: windows tile exactly, and the last bin of one is carried into the next. Engine thread only.
/// </summary>
internal sealed class BeatFusion(float threshold)
{
    private const int Bins = StepScores.BeatBins;
    private const int Classes = StepScores.BeatClasses;
    private const int BinSamples = PatchSecond.PatchSamples / Bins;

    /// <summary>200 ms: no two ventricular depolarisations come closer.</summary>
    public const int RefractorySamples = 60;

    /// <summary>A doubtful lead has this much of a good lead's say.</summary>
    private const float DoubtfulWeight = 0.25f;

    // Index 0 is the carried bin; index b + 1 is bin b of this window; the last index stays 0.
    private readonly float[] fused = new float[Bins + 2];
    private readonly float[] offset = new float[Bins + 2];
    private readonly bool[] closed = new bool[Bins];

    /// <summary>
    /// Appends the peaks of a row that reach the threshold to <paramref name="beats"/>, ascending; each with its mass as score and the
    /// class of its bins. Which of them are beats the caller tells by <see cref="BeatCarry.LastBeat"/>.
    /// </summary>
    public void Find(StepPlan plan, StepScores scores, int row, PatchSecond patch, ref BeatCarry carry, List<Beat> beats)
    {
        bool follows = carry.Started && carry.Epoch == patch.Epoch && carry.Second + 1 == patch.Second;
        fused[0] = follows ? carry.LastBin : 0;
        offset[0] = follows ? carry.LastOffset : 0;
        if (!follows)
            carry.LastBeat = long.MinValue / 2;
        JoinLeads(plan, scores, row, patch);
        PickPeaks(plan, scores, row, patch, carry.LastBeat, beats);
        beats.Sort(static (a, b) => a.Sample.CompareTo(b.Sample));
        (carry.Started, carry.Epoch, carry.Second) = (true, patch.Epoch, patch.Second);
        (carry.LastBin, carry.LastOffset) = (fused[Bins], offset[Bins]);
    }

    private static float Weight(StepPlan plan, PatchSecond patch, int token) =>
        (patch.Flags[plan.TokenLeadIndex[token]] & PatchFlags.Doubtful) != 0 ? DoubtfulWeight : 1;

    private void JoinLeads(StepPlan plan, StepScores scores, int row, PatchSecond patch)
    {
        int first = plan.RowTokenStart[row];
        int end = plan.RowTokenStart[row + 1];
        float total = 0;
        float heaviest = 0;
        for (int token = first; token < end; token++)
        {
            float weight = Weight(plan, patch, token);
            total += weight;
            heaviest = Math.Max(heaviest, weight);
        }

        for (int bin = 0; bin < Bins; bin++)
        {
            float sum = 0;
            float most = 0;
            float place = 0;
            for (int token = first; token < end; token++)
            {
                int at = (token * Bins) + bin;
                float weight = Weight(plan, patch, token);
                float say = weight * (1 - scores.Beats[at * Classes]);
                sum += say;
                most = Math.Max(most, say);
                place += say * scores.BeatOffset[at];
            }

            fused[bin + 1] = 0.5f * ((sum / total) + (most / heaviest));
            offset[bin + 1] = sum > 0 ? place / sum : 0.5f;
        }
    }

    private void PickPeaks(StepPlan plan, StepScores scores, int row, PatchSecond patch, long lastBeat, List<Beat> beats)
    {
        long start = (patch.Second * PatchSecond.PatchSamples) - StepScores.BeatWindowLeadSamples;
        for (int bin = 0; bin < Bins; bin++)
            closed[bin] = start + (bin * BinSamples) + (BinSamples / 2) - lastBeat < RefractorySamples;
        while (Highest() is { } peak)
        {
            long sample = Math.Max(start, start + Place(peak));
            beats.Add(new Beat(sample, ClassAt(plan, scores, row, peak), Math.Min(1, Mass(peak))));
            int reach = RefractorySamples / BinSamples;
            for (int bin = Math.Max(0, peak - reach + 1); bin < Math.Min(Bins, peak + reach); bin++)
                closed[bin] = true;
        }
    }

    private float Mass(int bin) => fused[bin] + fused[bin + 1] + fused[bin + 2];

    /// <summary>The open bin with the greatest mass that reaches the threshold; among equals the one that holds most of it.</summary>
    private int? Highest()
    {
        int? best = null;
        float most = 0;
        for (int bin = 0; bin < Bins; bin++)
        {
            float mass = Mass(bin);
            if (closed[bin] || !IsPeak(bin) || mass < threshold || mass + fused[bin + 1] <= most)
                continue;
            best = bin;
            most = mass + fused[bin + 1];
        }

        return best;
    }

    /// <summary>A bin beside a higher one only borrows its mass; the carried bin's own beat, if it was one, has closed the first bins.</summary>
    private bool IsPeak(int bin) =>
        fused[bin + 1] >= fused[bin + 2] && (bin == 0 || fused[bin + 1] >= fused[bin]);

    /// <summary>Centre of mass of the three bins, in samples from the window's start.</summary>
    private long Place(int bin)
    {
        double weighted = 0;
        for (int i = 0; i < 3; i++)
            weighted += fused[bin + i] * (bin - 1 + i + offset[bin + i]);
        return (long)Math.Round(BinSamples * weighted / Mass(bin));
    }

    private static BeatClass ClassAt(StepPlan plan, StepScores scores, int row, int peak)
    {
        Span<float> mass = stackalloc float[Classes];
        int low = Math.Max(0, peak - 1);
        int high = Math.Min(Bins - 1, peak + 1);
        for (int token = plan.RowTokenStart[row]; token < plan.RowTokenStart[row + 1]; token++)
        {
            for (int bin = low; bin <= high; bin++)
            {
                for (int c = 1; c < Classes; c++)
                    mass[c] += scores.Beats[(((token * Bins) + bin) * Classes) + c];
            }
        }

        int best = 1;
        for (int c = 2; c < Classes; c++)
            best = mass[c] > mass[best] ? c : best;
        return (BeatClass)(best - 1);
    }
}
