using System.Text.Json.Serialization;
using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// All that adds up over records. What a record has no annotations for is null. The properties are the keys of the JSON report.
/// </summary>
internal record Scores
{
    public BeatScore? Beats { get; init; }

    /// <summary>By <see cref="RhythmKeys.Scored"/>, as the marks stand.</summary>
    public IReadOnlyDictionary<string, EpisodeScore>? Episodes { get; init; }

    /// <summary>The same with a tolerance around the marks; null where none was asked for.</summary>
    public IReadOnlyDictionary<string, EpisodeScore>? EpisodesTolerant { get; init; }

    /// <summary>Per second, over all labelled seconds.</summary>
    public RhythmMatrix? RhythmMatrix { get; init; }

    public required AlertScore AlertScore { get; init; }

    public AsystoleScore? Asystole { get; init; }

    /// <summary>Counts and seconds of all records added up.</summary>
    public static Scores Gross(IReadOnlyCollection<Scores> records) => new()
    {
        Beats = Sum(records.Select(r => r.Beats), (a, b) => a + b),
        Episodes = Sum(records.Select(r => r.Episodes), Add),
        EpisodesTolerant = Sum(records.Select(r => r.EpisodesTolerant), Add),
        RhythmMatrix = Sum(records.Select(r => r.RhythmMatrix), (a, b) => a + b),
        AlertScore = Sum(records.Select(r => r.AlertScore), (a, b) => a + b) ?? new AlertScore(),
        Asystole = Sum(records.Select(r => r.Asystole), (a, b) => a + b),
    };

    private static T? Sum<T>(IEnumerable<T?> parts, Func<T, T, T> add)
        where T : class =>
        parts.Aggregate((T?)null, (sum, part) => sum is null ? part : part is null ? sum : add(sum, part));

    private static IReadOnlyDictionary<string, EpisodeScore> Add(IReadOnlyDictionary<string, EpisodeScore> a, IReadOnlyDictionary<string, EpisodeScore> b) =>
        a.ToDictionary(e => e.Key, e => e.Value + b.GetValueOrDefault(e.Key));
}

/// <summary>One record of a report: what was found in it, and how that compares with its annotations. Immutable; holds no samples.</summary>
internal sealed record RecordScore : Scores
{
    [JsonPropertyOrder(-9)]
    public required string Name { get; init; }

    /// <summary>Length.</summary>
    [JsonPropertyOrder(-8)]
    public required double Seconds { get; init; }

    /// <summary>Scoring begins here.</summary>
    [JsonPropertyOrder(-7)]
    public double ScoredFrom { get; init; }

    /// <summary>Of the noise that was added; null: none was.</summary>
    [JsonPropertyOrder(-6)]
    public double? SnrDb { get; init; }

    /// <summary>Which noise, from which second of it on.</summary>
    [JsonPropertyOrder(-5)]
    public string? Noise { get; init; }

    /// <summary>Rhythms that the annotations have anywhere in the record, as <see cref="RhythmKeys.All"/>; VT also where five V beats run above 100/min.</summary>
    [JsonPropertyOrder(-4)]
    public IReadOnlyList<string> Annotated { get; init; } = [];

    public IReadOnlyList<RecordAlert> Alerts { get; init; } = [];

    /// <summary>Found seconds of each rhythm, of the whole record; "unscored" for those the network did not judge.</summary>
    public IReadOnlyDictionary<string, int> RhythmSeconds { get; init; } = new Dictionary<string, int>();

    /// <summary>The record's call in the terms of the CinC challenge of 2017.</summary>
    [JsonPropertyName("cinc2017")]
    public string Call { get; init; } = Cinc2017.Noisy;

    /// <summary>From the list of labels.</summary>
    [JsonPropertyName("cinc2017Label")]
    public string? Label { get; init; }

    /// <summary>Mean probability of being abnormal over the readable seconds.</summary>
    public double? Anomaly { get; init; }

    /// <summary>Compares a result with the truth. Annotated fibrillation is left out of the beat comparison.</summary>
    /// <param name="result">What the pipeline made of the record.</param>
    /// <param name="truth">What its annotations say; null without any.</param>
    /// <param name="tolerance">Seconds around rhythm marks, for the scores beside the strict ones; null: no such scores.</param>
    public static RecordScore Of(RecordResult result, RecordTruth? truth, double? tolerance = null)
    {
        RecordTruth known = truth ?? new RecordTruth { ScoredFrom = RecordTruth.DefaultScoredFrom(result.Seconds) };
        return new RecordScore
        {
            Name = result.Name,
            Seconds = result.Seconds,
            ScoredFrom = known.ScoredFrom,
            Annotated = RhythmsIn(known),
            Beats = known.Beats is null
                ? null
                : BeatMatcher.Score(known.Beats, result.Beats, known.ScoredFrom, known.EpisodesOf(RhythmClass.VentricularFibrillation)),
            Episodes = EpisodesOf(result, known, 0),
            EpisodesTolerant = tolerance is { } seconds ? EpisodesOf(result, known, seconds) : null,
            RhythmMatrix = known.Rhythms is null ? null : RhythmMatrix.Of(known.Rhythms, result.Rhythm, known.ScoredFrom),
            AlertScore = AlertJudge.Score(result, known),
            Alerts = result.Alerts,
            RhythmSeconds = Enum.GetValues<RhythmClass>().Select(r => (Key: RhythmKeys.Of(r), Count: result.SecondsOf(r)))
                .Append((Key: "unscored", Count: result.SecondsOf(null))).ToDictionary(p => p.Key, p => p.Count),
            Call = Cinc2017.Call(result),
            Anomaly = result.Anomaly,
        };
    }

    private static Dictionary<string, EpisodeScore>? EpisodesOf(RecordResult result, RecordTruth truth, double tolerance) =>
        truth.Rhythms is null
            ? null
            : RhythmKeys.Scored.ToDictionary(
                r => r.Key,
                r => EpisodeScorer.Score(truth.EpisodesOf(r.Classes), result.EpisodesOf(r.Classes), truth.ScoredFrom, result.Seconds, tolerance));

    private static IReadOnlyList<string> RhythmsIn(RecordTruth truth)
    {
        IEnumerable<RhythmClass> labelled = (truth.Rhythms ?? []).Select(r => r.Rhythm);
        bool runs = AlertTruth.Of(AlertKind.VentricularTachycardia, truth) is { Count: > 0 };
        return [.. labelled.Concat(runs ? [RhythmClass.VentricularTachycardia] : []).Distinct().Order().Select(RhythmKeys.Of)];
    }
}
