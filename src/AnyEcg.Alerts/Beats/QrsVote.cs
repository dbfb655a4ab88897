using System.Numerics;
using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// Joins the classical detector's QRS complexes of all leads: detections within 150 ms are one beat, which counts when the
/// leads that have seen it carry at least half of the weight of the leads present. A lead weighs as much as its detector
/// believes in it. One that falls silent keeps its weight for 5 s, longer than an asystole takes to be named: a noisy lead
/// must not talk over a good one that shows none. After that, and before its first beat, it weighs little.
/// Of the leads that agree the weightiest gives the beat's place. Waits one second for the slower leads. Engine thread only.
/// </summary>
internal sealed class QrsVote
{
    /// <summary>How far apart two leads may place one beat: 150 ms, the tolerance of EC57.</summary>
    private const int TogetherSamples = 45;

    private const int SilentSamples = 5 * PatchSecond.ModelRateHz;

    /// <summary>Weight of a lead of which nothing is known.</summary>
    private const float LeastWeight = 0.25f;

    private readonly List<QrsDetection> waiting = new(64);
    private readonly float[] weights = new float[LeadSet.MaxLeads];
    private readonly long[] seen = new long[LeadSet.MaxLeads];

    public QrsVote() => Clear();

    public void Clear()
    {
        waiting.Clear();
        Array.Fill(weights, LeastWeight);
    }

    public void Add(List<QrsDetection> found)
    {
        foreach (QrsDetection detection in found)
        {
            int at = waiting.Count;
            while (at > 0 && waiting[at - 1].Sample > detection.Sample)
                at--;
            waiting.Insert(at, detection);
        }
    }

    /// <summary>Moves the beats that begin before <paramref name="before"/> into the train.</summary>
    public void Settle(long before, uint present, bool trusted, BeatTrain train)
    {
        int taken = 0;
        while (taken < waiting.Count && waiting[taken].Sample < before)
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

            if (2 * Weight(leads, first) >= Weight(present | leads, first))
                train.Insert(new TrainBeat(best.Sample, BeatClass.Q, trusted, 1));
        }

        waiting.RemoveRange(0, taken);
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
        {
            int lead = BitOperations.TrailingZeroCount(left);
            sum += at - seen[lead] > SilentSamples ? LeastWeight : weights[lead];
        }

        return sum;
    }
}
