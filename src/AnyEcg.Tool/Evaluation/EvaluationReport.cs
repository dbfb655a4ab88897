namespace AnyEcg.Tool;

/// <summary>One record of the report; <paramref name="Score"/> is null for a record without annotations.</summary>
internal sealed record EvaluatedRecord(RecordResult Result, RecordScore? Score, string? Cinc2017Label = null);

/// <summary>What `anyecg evaluate` found out. Immutable.</summary>
internal sealed record EvaluationReport(string ModelId, IReadOnlyList<EvaluatedRecord> Records)
{
    /// <summary>Scores of the records that have annotations.</summary>
    public IReadOnlyList<RecordScore> Scores { get; } = [.. Records.Select(r => r.Score).OfType<RecordScore>()];

    /// <summary>Label and call of the records that have a challenge label.</summary>
    public IReadOnlyList<(string Label, string Call)> Cinc2017Calls { get; } =
        [.. Records.Where(r => r.Cinc2017Label is not null).Select(r => (r.Cinc2017Label!, Cinc2017.Call(r.Result)))];

    public RecordScore Gross => RecordScore.Gross([.. Scores]);
}
