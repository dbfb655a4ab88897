namespace AnyEcg.Tool;

/// <summary>A stretch of a recording, in seconds from its start: [<paramref name="Start"/>, <paramref name="End"/>).</summary>
internal readonly record struct Episode(double Start, double End)
{
    public double Seconds => Math.Max(0, End - Start);

    public bool Overlaps(Episode other) => Start < other.End && other.Start < End;

    /// <summary>The part of this one within [<paramref name="from"/>, <paramref name="to"/>); of no length when there is none.</summary>
    public Episode Clip(double from, double to) => new(Math.Clamp(Start, from, to), Math.Clamp(End, from, to));

    public Episode Widen(double seconds) => new(Start - seconds, End + seconds);

    /// <summary>Sorts, and joins those that touch or overlap.</summary>
    public static List<Episode> Join(IEnumerable<Episode> episodes)
    {
        List<Episode> joined = [];
        foreach (Episode episode in episodes.Where(e => e.Seconds > 0).OrderBy(e => e.Start))
        {
            if (joined.Count > 0 && episode.Start <= joined[^1].End)
            {
                joined[^1] = joined[^1] with { End = Math.Max(joined[^1].End, episode.End) };
            }
            else
            {
                joined.Add(episode);
            }
        }

        return joined;
    }
}
