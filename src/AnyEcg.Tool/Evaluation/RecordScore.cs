using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>All scores of one record, or of many together. <see cref="Beats"/> and the episodes are null where the record has no such annotations.</summary>
internal sealed record RecordScore
{
    public BeatScore? Beats { get; init; }

    public EpisodeScore? Af { get; init; }

    public EpisodeScore? Vt { get; init; }

    public EpisodeScore? Vf { get; init; }

    public required AlertScore Alerts { get; init; }

    /// <summary>Compares a result with the truth. Annotated fibrillation is left out of the beat comparison.</summary>
    public static RecordScore Of(RecordResult result, RecordTruth truth)
    {
        EpisodeScore? Episodes(RhythmClass rhythm) => truth.Rhythms is null
            ? null
            : EpisodeScorer.Score(truth.EpisodesOf(rhythm), result.EpisodesOf(rhythm), truth.ScoredFrom, result.Seconds);
        return new RecordScore
        {
            Beats = truth.Beats is null
                ? null
                : BeatMatcher.Score(truth.Beats, result.Beats, truth.ScoredFrom, truth.EpisodesOf(RhythmClass.VentricularFibrillation)),
            Af = Episodes(RhythmClass.AtrialFibrillation),
            Vt = Episodes(RhythmClass.VentricularTachycardia),
            Vf = Episodes(RhythmClass.VentricularFibrillation),
            Alerts = AlertJudge.Score(result, truth),
        };
    }

    /// <summary>The gross score: counts and seconds of all records added up.</summary>
    public static RecordScore Gross(IReadOnlyCollection<RecordScore> records) => new()
    {
        Beats = records.Aggregate((BeatScore?)null, (sum, r) => r.Beats is null ? sum : r.Beats + (sum ?? default)),
        Af = Sum(records.Select(r => r.Af)),
        Vt = Sum(records.Select(r => r.Vt)),
        Vf = Sum(records.Select(r => r.Vf)),
        Alerts = records.Aggregate(new AlertScore(), (sum, r) => sum + r.Alerts),
    };

    private static EpisodeScore? Sum(IEnumerable<EpisodeScore?> scores) =>
        scores.Aggregate((EpisodeScore?)null, (sum, s) => s is null ? sum : s + (sum ?? default));
}
