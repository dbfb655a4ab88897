using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>Sees each candidate, with its row of features for each lead, as the judge does.</summary>
public delegate void CandidateObserver(in BeatCandidate candidate, ReadOnlySpan<float> rows, int leads);

/// <summary>
/// Beats of one second: the network proposes places, the judge says which of them are beats and of which class. Without a
/// judge the bins of the network decide both. Each beat is found exactly once, ascending. Engine thread only.
/// </summary>
/// <param name="threshold">Probability from which a place is a beat: the judge's, or the network's where there is no judge.</param>
/// <param name="judge">The judge, if there is one.</param>
public sealed class BeatFinder(float threshold, BeatJudge? judge)
{
    /// <summary>The network need not be sure of a place for the judge to look at it.</summary>
    public const float CandidateMass = 0.15f;

    private readonly BeatFusion fusion = new(Math.Min(threshold, CandidateMass));
    private readonly List<Beat> places = new(16);
    private readonly float[] rows = new float[LeadSet.MaxLeads * BeatFeatures.Count];

    /// <summary>Told of every candidate of streams that are described; null: nobody.</summary>
    public CandidateObserver? Observer { get; init; }

    /// <summary>Appends the beats of a row of the step in samples [300 k - 60, 300 k + 240), ascending.</summary>
    public void Find(StepPlan plan, StepScores scores, int row, PatchSecond patch, StreamBeats stream, List<Beat> beats)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(beats);
        stream.Tracker?.Take(patch);
        places.Clear();
        fusion.Find(plan, scores, row, patch, ref stream.Carry, places);
        foreach (Beat place in places)
        {
            if (place.Sample - stream.Carry.LastBeat < BeatFusion.RefractorySamples || Judge(place, stream.Tracker) is not { } beat)
                continue;
            stream.Carry.LastBeat = beat.Sample;
            stream.Tracker?.Admit();
            beats.Add(beat);
        }
    }

    /// <summary>A second without scores: whatever beats it holds are not known.</summary>
    public static void Skip(StreamBeats stream, PatchSecond patch)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Tracker?.Skip(patch);
    }

    private Beat? ByMass(Beat place) => place.Score >= threshold ? place : null;

    /// <summary>The place as a beat, or null where there is none.</summary>
    private Beat? Judge(Beat place, BeatTracker? tracker)
    {
        if (tracker is null)
            return ByMass(place);
        BeatCandidate candidate = new(place.Sample, place.Score);
        int leads = tracker.Describe(candidate, rows);
        Observer?.Invoke(candidate, rows, leads);
        if (judge is null)
            return ByMass(place);
        float chance = judge.Chance(rows, leads);
        return chance >= threshold ? new Beat(place.Sample, judge.ClassOf(rows, leads), chance) : null;
    }
}
