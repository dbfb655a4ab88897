using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>Stretches of a record that its beats make: rates, pauses, runs, ectopy in turns.</summary>
internal static class BeatPatterns
{
    /// <summary>The stretches of <paramref name="count"/> consecutive beats whose mean rate, per minute, holds.</summary>
    public static List<Episode> AtRate(IReadOnlyList<TimedBeat> beats, int count, Func<double, bool> holds)
    {
        List<Episode> stretches = [];
        for (int first = 0; first + count <= beats.Count; first++)
        {
            Episode stretch = new(beats[first].Seconds, beats[first + count - 1].Seconds);
            if (stretch.Seconds > 0 && holds(60 * (count - 1) / stretch.Seconds))
            {
                stretches.Add(stretch);
            }
        }

        return Episode.Join(stretches);
    }

    /// <summary>From beat to beat where that takes so long or longer.</summary>
    public static IEnumerable<Episode> Gaps(IReadOnlyList<TimedBeat> beats, double seconds) =>
        beats.Zip(beats.Skip(1), (a, b) => new Episode(a.Seconds, b.Seconds)).Where(gap => gap.Seconds >= seconds);

    /// <summary>Runs of at least <paramref name="count"/> beats of a class in which the rate of so many is above a limit.</summary>
    public static IEnumerable<Episode> FastRuns(IReadOnlyList<TimedBeat> beats, BeatClass of, int count, double rateAbove) =>
        Runs(beats, beat => beat.Class == of).SelectMany(run => AtRate(run, count, rate => rate > rateAbove));

    /// <summary>Where the third, fourth ... V beat comes that stands so many beats after the one before: bigeminy 2, trigeminy 3.</summary>
    public static List<Episode> InTurns(IReadOnlyList<TimedBeat> beats, int every)
    {
        bool IsAlone(int at) => beats[at].Class == BeatClass.V && Enumerable.Range(at - every + 1, every - 1).All(i => beats[i].Class != BeatClass.V);
        List<Episode> cycles = [];
        for (int last = 2 * every; last < beats.Count; last++)
        {
            if (IsAlone(last) && IsAlone(last - every) && beats[last - (2 * every)].Class == BeatClass.V)
            {
                cycles.Add(new Episode(beats[last - (2 * every)].Seconds, beats[last].Seconds));
            }
        }

        return Episode.Join(cycles);
    }

    /// <summary>The minutes with more beats of a class than a limit.</summary>
    public static List<Episode> Frequent(IReadOnlyList<TimedBeat> beats, BeatClass of, int above)
    {
        double[] times = [.. beats.Where(beat => beat.Class == of).Select(beat => beat.Seconds)];
        return Episode.Join(Enumerable.Range(0, Math.Max(0, times.Length - above))
            .Where(first => times[first + above] - times[first] <= 60)
            .Select(first => new Episode(times[first], times[first + above])));
    }

    private static IEnumerable<IReadOnlyList<TimedBeat>> Runs(IReadOnlyList<TimedBeat> beats, Func<TimedBeat, bool> belongs)
    {
        List<TimedBeat> run = [];
        foreach (TimedBeat beat in beats)
        {
            if (belongs(beat))
            {
                run.Add(beat);
            }
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }
}
