namespace AnyEcg.Tool;

/// <summary>
/// Compares episodes as EC57 does, from a given second of the record on. Time is linear in the number of episodes, whatever the
/// length of the record.
/// </summary>
internal static class EpisodeScorer
{
    /// <param name="annotated">In any order; those that touch are one.</param>
    /// <param name="found">Likewise.</param>
    /// <param name="from">Where scoring begins: what lies before is cut off.</param>
    /// <param name="to">Where the record ends.</param>
    /// <param name="tolerance">
    /// For marks set by hand to the nearest few seconds: episodes match up to so many seconds apart, and the time that near to an
    /// annotated onset or end counts neither as annotated nor as found. 0: strict.
    /// </param>
    public static EpisodeScore Score(IEnumerable<Episode> annotated, IEnumerable<Episode> found, double from, double to, double tolerance = 0)
    {
        List<Episode> truth = Episode.Join(annotated.Select(e => e.Clip(from, to)));
        List<Episode> claims = Episode.Join(found.Select(e => e.Clip(from, to)));
        List<Episode> doubtful = Episode.Join(truth.SelectMany(e => new[] { e.Start, e.End })
            .Where(mark => mark > from && mark < to)
            .Select(mark => new Episode(mark, mark).Widen(tolerance)));
        List<Episode> sureTruth = Without(truth, doubtful), sureClaims = Without(claims, doubtful);
        return new EpisodeScore
        {
            Annotated = truth.Count,
            AnnotatedFound = CountMet(truth, claims, tolerance),
            Found = claims.Count,
            FoundRight = CountMet(claims, truth, tolerance),
            AnnotatedSeconds = sureTruth.Sum(e => e.Seconds),
            FoundSeconds = sureClaims.Sum(e => e.Seconds),
            OverlapSeconds = Common(sureTruth, sureClaims).Sum(e => e.Seconds),
        };
    }

    /// <summary>How many of the first, widened, overlap any of the second.</summary>
    private static int CountMet(List<Episode> episodes, List<Episode> others, double tolerance)
    {
        int count = 0, other = 0;
        foreach (Episode wide in episodes.Select(e => e.Widen(tolerance)))
        {
            while (other < others.Count && others[other].End <= wide.Start)
            {
                other++;
            }

            count += other < others.Count && others[other].Overlaps(wide) ? 1 : 0;
        }

        return count;
    }

    private static IEnumerable<Episode> Common(List<Episode> a, List<Episode> b)
    {
        for (int i = 0, k = 0; i < a.Count && k < b.Count;)
        {
            if (a[i].Overlaps(b[k]))
            {
                yield return a[i].Clip(b[k].Start, b[k].End);
            }

            (i, k) = a[i].End <= b[k].End ? (i + 1, k) : (i, k + 1);
        }
    }

    private static List<Episode> Without(List<Episode> episodes, List<Episode> removed)
    {
        double[] edges = [double.NegativeInfinity, .. removed.SelectMany(e => new[] { e.Start, e.End }), double.PositiveInfinity];
        List<Episode> kept = [.. edges.Chunk(2).Select(pair => new Episode(pair[0], pair[1]))];
        return [.. Common(episodes, kept)];
    }
}
