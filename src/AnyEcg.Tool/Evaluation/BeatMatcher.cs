namespace AnyEcg.Tool;

/// <summary>
/// Beat-by-beat comparison of ANSI/AAMI EC57: beats pair within 150 ms, each with the nearer candidate, in order of time.
/// Beats in annotated ventricular flutter or fibrillation do not count, on either side.
/// </summary>
internal static class BeatMatcher
{
    /// <summary>EC57's match window, in seconds.</summary>
    public const double WindowSeconds = 0.150;

    /// <param name="truth">Annotated beats, ascending.</param>
    /// <param name="found">Found beats, ascending.</param>
    /// <param name="scoredFrom">Beats before this second do not count; they may still pair with one after it.</param>
    /// <param name="excluded">Stretches whose beats do not count.</param>
    public static BeatScore Score(
        IReadOnlyList<TimedBeat> truth, IReadOnlyList<TimedBeat> found, double scoredFrom, IReadOnlyList<Episode> excluded)
    {
        long[][] confusion = BeatScore.Empty();
        foreach ((TimedBeat? annotated, TimedBeat? detected) in Pair(truth, found))
        {
            double at = (annotated ?? detected)!.Value.Seconds;
            if (at >= scoredFrom && !excluded.Any(e => at >= e.Start && at < e.End))
            {
                confusion[BeatScore.IndexOf(annotated?.Class)][BeatScore.IndexOf(detected?.Class)]++;
            }
        }

        return new BeatScore { Confusion = confusion };
    }

    /// <summary>Every annotated and every found beat exactly once, alone or in a pair.</summary>
    public static IEnumerable<(TimedBeat? Truth, TimedBeat? Found)> Pair(IReadOnlyList<TimedBeat> truth, IReadOnlyList<TimedBeat> found)
    {
        int t = 0;
        int f = 0;
        while (t < truth.Count && f < found.Count)
        {
            double lead = truth[t].Seconds - found[f].Seconds;
            if (lead > 0 ? Pairs(lead, truth[t], found, f + 1) : Pairs(-lead, found[f], truth, t + 1))
            {
                yield return (truth[t++], found[f++]);
            }
            else if (lead > 0)
            {
                yield return (null, found[f++]);
            }
            else
            {
                yield return (truth[t++], null);
            }
        }

        while (t < truth.Count)
        {
            yield return (truth[t++], null);
        }

        while (f < found.Count)
        {
            yield return (null, found[f++]);
        }
    }

    /// <summary>The earlier beat takes the later one unless it is too far, or the earlier side's next beat is nearer to it.</summary>
    private static bool Pairs(double distance, TimedBeat later, IReadOnlyList<TimedBeat> earlierSide, int next) =>
        distance <= WindowSeconds + 1e-9
        && (next >= earlierSide.Count || distance <= Math.Abs(earlierSide[next].Seconds - later.Seconds));
}
