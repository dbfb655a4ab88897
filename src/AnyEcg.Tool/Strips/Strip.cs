using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>What one reader says of the seconds of a strip.</summary>
/// <param name="Title">Who: "annotated" or "found".</param>
/// <param name="Beats">Ascending, in seconds from the record's start; null where the reader says nothing of beats.</param>
/// <param name="Rhythms">Ascending, in seconds from the record's start; null where the reader says nothing of rhythms.</param>
internal sealed record StripReading(string Title, IReadOnlyList<TimedBeat>? Beats, IReadOnlyList<RhythmSpan>? Rhythms);

/// <summary>One lead of a strip: millivolts at 300 Hz, NaN where there are none.</summary>
internal sealed record StripLead(string Name, float[] Millivolts);

/// <summary>A stretch of a record, as it is drawn.</summary>
internal sealed record Strip
{
    /// <summary>What is written above it.</summary>
    public required string Title { get; init; }

    /// <summary>First second, from the record's start.</summary>
    public required double From { get; init; }

    public required double Seconds { get; init; }

    public required IReadOnlyList<StripLead> Leads { get; init; }

    public required StripReading Found { get; init; }

    public StripReading? Annotated { get; init; }

    public IEnumerable<StripReading> Readings => Annotated is null ? [Found] : [Annotated, Found];
}
