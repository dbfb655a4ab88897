namespace AnyEcg.Tool;

/// <summary>
/// Episode scores of one record or of many together: how many annotated episodes were found, how many found ones were right
/// (each on any overlap), and the same in seconds, where an overlap is worth only its length.
/// </summary>
internal readonly record struct EpisodeScore
{
    public long Annotated { get; init; }

    public long AnnotatedFound { get; init; }

    public long Found { get; init; }

    public long FoundRight { get; init; }

    public double AnnotatedSeconds { get; init; }

    public double FoundSeconds { get; init; }

    public double OverlapSeconds { get; init; }

    public double? EpisodeSe => Tally.Ratio(AnnotatedFound, Annotated);

    public double? EpisodePpv => Tally.Ratio(FoundRight, Found);

    public double? DurationSe => Tally.Ratio(OverlapSeconds, AnnotatedSeconds);

    public double? DurationPpv => Tally.Ratio(OverlapSeconds, FoundSeconds);

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

/// <summary>Compares episodes as EC57 does, from a given second of the record on.</summary>
internal static class EpisodeScorer
{
    public static EpisodeScore Score(IEnumerable<Episode> annotated, IEnumerable<Episode> found, double from, double to)
    {
        List<Episode> truth = Episode.Join(annotated.Select(e => e.Clip(from, to)));
        List<Episode> claims = Episode.Join(found.Select(e => e.Clip(from, to)));
        return new EpisodeScore
        {
            Annotated = truth.Count,
            AnnotatedFound = truth.Count(e => claims.Any(e.Overlaps)),
            Found = claims.Count,
            FoundRight = claims.Count(e => truth.Any(e.Overlaps)),
            AnnotatedSeconds = truth.Sum(e => e.Seconds),
            FoundSeconds = claims.Sum(e => e.Seconds),
            OverlapSeconds = truth.Sum(e => claims.Sum(c => c.Clip(e.Start, e.End).Seconds)),
        };
    }
}
