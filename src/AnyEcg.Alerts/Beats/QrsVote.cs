using System.Numerics;
using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// Joins the classical detector's QRS complexes of all leads: detections within 150 ms are one beat, which counts when at
/// least half of the leads present have seen it. Waits one second for the slower leads. Engine thread only.
/// </summary>
internal sealed class QrsVote
{
    /// <summary>How far apart two leads may place one beat: 150 ms, the tolerance of EC57.</summary>
    private const int TogetherSamples = 45;

    private readonly List<QrsDetection> waiting = new(64);

    public void Clear() => waiting.Clear();

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
            for (; taken < waiting.Count && waiting[taken].Sample - first <= TogetherSamples; taken++)
                leads |= 1u << waiting[taken].Lead;
            if (2 * BitOperations.PopCount(leads) >= BitOperations.PopCount(present))
                train.Insert(new TrainBeat(first, BeatClass.Q, trusted, 1));
        }

        waiting.RemoveRange(0, taken);
    }
}
