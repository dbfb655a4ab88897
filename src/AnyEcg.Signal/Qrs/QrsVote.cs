using System.Numerics;

namespace AnyEcg.Signal;

/// <summary>A beat on which the leads agree.</summary>
/// <param name="Sample">Model-rate (300 Hz) sample of the epoch, as the weightiest lead places it.</param>
/// <param name="Quality">How far that lead's detector can be believed, 0 to 1.</param>
/// <param name="Agreement">Share of the weight of the leads present that has seen it, 0.5 to 1.</param>
public readonly record struct VotedBeat(long Sample, float Quality, float Agreement);

/// <summary>
/// Joins the classical detector's QRS complexes of all leads: detections within 150 ms are one beat, which counts when the
/// leads that have seen it carry at least half of the weight of the leads present. A lead weighs as much as its detector
/// believes in it. One that falls silent keeps its weight for 5 s, longer than an asystole takes to be named: a noisy lead
/// must not talk over a good one that shows none. After that, and before its first beat, it weighs little.
/// Of the leads that agree the weightiest gives the beat's place. Who asks waits one second for the slower leads. Engine
/// thread only.
/// </summary>
public sealed class QrsVote : IStateful
{
    /// <summary>How far apart two leads may place one beat: 150 ms, the tolerance of EC57.</summary>
    private const int TogetherSamples = 45;

    /// <summary>More detections than this never wait: all leads at the detector's fastest for minutes.</summary>
    private const int MostWaiting = 1 << 16;

    private const int SilentSamples = 5 * PatchSecond.ModelRateHz;

    /// <summary>Weight of a lead of which nothing is known.</summary>
    private const float LeastWeight = 0.25f;

    private readonly List<QrsDetection> waiting = new(8);
    private readonly float[] weights = new float[LeadSet.MaxLeads];
    private readonly long[] seen = new long[LeadSet.MaxLeads];

    public QrsVote() => Clear();

    public void Clear()
    {
        waiting.Clear();
        Array.Fill(weights, LeastWeight);
    }

    /// <summary>Takes what the detectors have found since the last call, from the leads of a mask.</summary>
    public void Add(List<QrsDetection> found, uint leads = uint.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(found);
        foreach (QrsDetection detection in found)
        {
            if ((leads >> detection.Lead & 1) == 0)
                continue;
            int at = waiting.Count;
            while (at > 0 && waiting[at - 1].Sample > detection.Sample)
                at--;
            waiting.Insert(at, detection);
        }
    }

    /// <summary>Takes out the next beat that begins before <paramref name="before"/>; false when there is none.</summary>
    /// <param name="before">All detections before this sample have been added.</param>
    /// <param name="present">Bit i: lead i has a token.</param>
    /// <param name="beat">The beat.</param>
    public bool TryNext(long before, uint present, out VotedBeat beat)
    {
        int taken = 0;
        beat = default;
        bool counts = false;
        while (!counts && taken < waiting.Count && waiting[taken].Sample < before)
        {
            long first = waiting[taken].Sample;
            uint leads = 0;
            QrsDetection best = waiting[taken];
            for (; taken < waiting.Count && waiting[taken].Sample - first <= TogetherSamples; taken++)
            {
                QrsDetection next = waiting[taken];
                leads |= 1u << next.Lead;
                Weigh(next);
                best = next.Quality > best.Quality ? next : best;
            }

            (float agree, float all) = (Weight(leads, first), Weight(present | leads, first));
            counts = 2 * agree >= all;
            beat = new VotedBeat(best.Sample, best.Quality, agree / all);
        }

        waiting.RemoveRange(0, taken);
        return counts;
    }

    /// <summary>What a lead weighs at a sample; never 0.</summary>
    public float WeightOf(int lead, long at) => at - seen[lead] > SilentSamples ? LeastWeight : weights[lead];

    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Detections(waiting, LeadSet.MaxLeads, MostWaiting);
        state.Values(weights.AsSpan());
        state.Values(seen.AsSpan());
    }

    private void Weigh(QrsDetection detection)
    {
        weights[detection.Lead] = Math.Max(LeastWeight, detection.Quality);
        seen[detection.Lead] = detection.Sample;
    }

    private float Weight(uint leads, long at)
    {
        float sum = 0;
        for (uint left = leads; left != 0; left &= left - 1)
            sum += WeightOf(BitOperations.TrailingZeroCount(left), at);

        return sum;
    }
}
