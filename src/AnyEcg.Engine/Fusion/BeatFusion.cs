using System.Numerics;
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

    private const int Reach = RefractorySamples / BinSamples;

    /// <summary>A doubtful lead has this much of a good lead's say.</summary>
    private const float DoubtfulWeight = 0.25f;

    // Index 0 is the carried bin; index b + 1 is bin b of this window; the last index stays 0.
    private readonly float[] fused = new float[Bins + 2];
    private readonly float[] offset = new float[Bins + 2];
    private readonly float[] sums = new float[Bins], maxima = new float[Bins], places = new float[Bins];

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
        (carry.Started, carry.Epoch, carry.Second) = (true, patch.Epoch, patch.Second);
        (carry.LastBin, carry.LastOffset) = (fused[Bins], offset[Bins]);
    }

    private static float Weight(StepPlan plan, PatchSecond patch, int token) =>
        (patch.Flags[plan.TokenLeadIndex[token]] & PatchFlags.Doubtful) != 0 ? DoubtfulWeight : 1;

    private void JoinLeads(StepPlan plan, StepScores scores, int row, PatchSecond patch)
    {
        Array.Clear(sums);
        Array.Clear(maxima);
        Array.Clear(places);
        (float total, float heaviest) = (0, 0);
        for (int token = plan.RowTokenStart[row]; token < plan.RowTokenStart[row + 1]; token++)
        {
            float weight = Weight(plan, patch, token);
            total += weight;
            heaviest = Math.Max(heaviest, weight);
            AddLead(scores.Beats.AsSpan(token * Bins * Classes, Bins * Classes), scores.BeatOffset.AsSpan(token * Bins, Bins), weight);
        }

        for (int bin = 0; bin < Bins; bin++)
        {
            fused[bin + 1] = 0.5f * ((sums[bin] / total) + (maxima[bin] / heaviest));
            offset[bin + 1] = sums[bin] > 0 ? places[bin] / sums[bin] : 0.5f;
        }
    }

    private void AddLead(ReadOnlySpan<float> bins, ReadOnlySpan<float> offsets, float weight)
    {
        for (int bin = 0; bin < Bins; bin++)
        {
            float say = weight * (1 - bins[bin * Classes]);
            sums[bin] += say;
            maxima[bin] = Math.Max(maxima[bin], say);
            places[bin] += say * offsets[bin];
        }
    }

    private void PickPeaks(StepPlan plan, StepScores scores, int row, PatchSecond patch, long lastBeat, List<Beat> beats)
    {
        long start = (patch.Second * PatchSecond.PatchSamples) - StepScores.BeatWindowLeadSamples;
        uint open = Peaks(start, lastBeat);
        while (open != 0)
        {
            int peak = Highest(open);
            long sample = Math.Max(start, start + Place(peak));
            Insert(beats, new Beat(sample, ClassAt(plan, scores, row, peak), Math.Min(1, Mass(peak))));
            int from = Math.Max(0, peak - Reach + 1), to = Math.Min(Bins, peak + Reach);
            open &= ~(((1u << (to - from)) - 1) << from);
        }
    }

    /// <summary>Bit b: bin b is a peak that reaches the threshold, far enough behind the last beat.</summary>
    private uint Peaks(long start, long lastBeat)
    {
        uint peaks = 0;
        for (int bin = 0; bin < Bins; bin++)
        {
            bool late = start + (bin * BinSamples) + (BinSamples / 2) - lastBeat >= RefractorySamples;
            if (Mass(bin) >= threshold && late && IsPeak(bin))
                peaks |= 1u << bin;
        }

        return peaks;
    }

    /// <summary>The open bin with the greatest mass; among equals the one that holds most of it.</summary>
    private int Highest(uint open)
    {
        (int best, float most) = (BitOperations.TrailingZeroCount(open), 0);
        for (uint left = open; left != 0; left &= left - 1)
        {
            int bin = BitOperations.TrailingZeroCount(left);
            float mass = Mass(bin) + fused[bin + 1];
            (best, most) = mass > most ? (bin, mass) : (best, most);
        }

        return best;
    }

    /// <summary>Peaks come by their mass; the list is by place.</summary>
    private static void Insert(List<Beat> beats, in Beat beat)
    {
        int at = beats.Count;
        while (at > 0 && beats[at - 1].Sample > beat.Sample)
            at--;
        beats.Insert(at, beat);
    }

    private float Mass(int bin) => fused[bin] + fused[bin + 1] + fused[bin + 2];

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
