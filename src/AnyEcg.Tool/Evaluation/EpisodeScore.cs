namespace AnyEcg.Tool;

/// <summary>
/// Episode scores of one record or of many together: how many annotated episodes were found, how many found ones were right
/// (each on any overlap), and the same in seconds, where an overlap is worth only its length.
/// </summary>
internal readonly record struct EpisodeScore
{
    public double? EpisodeSe => Tally.Ratio(AnnotatedFound, Annotated);

    public double? EpisodePpv => Tally.Ratio(FoundRight, Found);

    public double? DurationSe => Tally.Ratio(OverlapSeconds, AnnotatedSeconds);

    public double? DurationPpv => Tally.Ratio(OverlapSeconds, FoundSeconds);

    public long Annotated { get; init; }

    public long AnnotatedFound { get; init; }

    public long Found { get; init; }

    public long FoundRight { get; init; }

    public double AnnotatedSeconds { get; init; }

    public double FoundSeconds { get; init; }

    public double OverlapSeconds { get; init; }

    public static EpisodeScore operator +(EpisodeScore a, EpisodeScore b) => new()
    {
        Annotated = a.Annotated + b.Annotated,
        AnnotatedFound = a.AnnotatedFound + b.AnnotatedFound,
        Found = a.Found + b.Found,
        FoundRight = a.FoundRight + b.FoundRight,
        AnnotatedSeconds = a.AnnotatedSeconds + b.AnnotatedSeconds,
        FoundSeconds = a.FoundSeconds + b.FoundSeconds,
        OverlapSeconds = a.OverlapSeconds + b.OverlapSeconds,
    };
}
