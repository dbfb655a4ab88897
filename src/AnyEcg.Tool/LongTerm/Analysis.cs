using AnyEcg.Alerts;

namespace AnyEcg.Tool;

/// <summary>The figures of one record by one reader: the network, or the annotators.</summary>
/// <param name="Title">Heading of its column.</param>
/// <param name="Summary">The figures.</param>
/// <param name="HasBeats">False where the reader says nothing of beats.</param>
/// <param name="HasRhythm">False where the reader says nothing of rhythms.</param>
internal sealed record AnalysisColumn(string Title, LongTermSummary Summary, bool HasBeats = true, bool HasRhythm = true);

/// <summary>One record, analysed.</summary>
internal sealed record Analysis
{
    public required string Name { get; init; }

    /// <summary>Length of the record.</summary>
    public required double Seconds { get; init; }

    public required string ModelId { get; init; }

    public required AnalysisColumn Found { get; init; }

    /// <summary>Null where no annotations were asked for.</summary>
    public AnalysisColumn? Annotated { get; init; }

    /// <summary>How many alerts of each kind were raised.</summary>
    public required IReadOnlyList<(AlertKindRow Kind, int Count)> Alerts { get; init; }

    /// <summary>What was left out of the record, or is not as it should be with it.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    public IReadOnlyList<AnalysisColumn> Columns => Annotated is null ? [Found] : [Found, Annotated];
}
