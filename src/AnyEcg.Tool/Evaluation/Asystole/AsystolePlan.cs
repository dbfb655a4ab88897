namespace AnyEcg.Tool;

/// <summary>
/// Where a record is made flat: every wanted length so often, in seeded order, each in a part of the record of its own, begun
/// after a beat drawn from that part. Annotated fibrillation and silences stay as they are.
/// </summary>
internal static class AsystolePlan
{
    /// <summary>Detectors and filters settle before the first, and the last alert ends before the next one may begin.</summary>
    private const double SettleSeconds = 60, BetweenSeconds = 40;

    /// <summary>The first beat after a line must be there to end the pause.</summary>
    private const double LastSeconds = 10;

    /// <summary>From a QRS to the end of its T wave, and from the onset of a P wave to its QRS, at usual rates.</summary>
    private const double TWaveSeconds = 0.4, PWaveSeconds = 0.2;

    /// <param name="beats">Annotated, ascending.</param>
    /// <param name="busy">Stretches that are not to be touched.</param>
    /// <param name="seconds">Length of the record.</param>
    /// <param name="lengths">Wanted pauses in seconds.</param>
    /// <param name="each">How many of each length; fewer where the record is too short.</param>
    /// <param name="seed">Of order and places.</param>
    public static IReadOnlyList<AsystoleStretch> Make(
        IReadOnlyList<TimedBeat> beats, IReadOnlyList<Episode> busy, double seconds, IReadOnlyList<double> lengths, int each, int seed)
    {
        Random random = new(seed);
        double[] wanted = [.. Enumerable.Repeat(lengths, each).SelectMany(all => all)];
        random.Shuffle(wanted);
        double room = seconds - SettleSeconds - LastSeconds;
        int slots = Math.Min(wanted.Length, (int)(room / (lengths.DefaultIfEmpty(0).Max() + BetweenSeconds + LastSeconds)));
        List<AsystoleStretch> plan = [];
        for (int slot = 0; slot < slots; slot++)
        {
            double from = SettleSeconds + (slot * room / slots);
            double to = from + (room / slots) - BetweenSeconds - wanted[slot];
            if (Draw(beats, busy, from, to, wanted[slot], random) is { } stretch)
            {
                plan.Add(stretch);
            }
        }

        return plan;
    }

    private static AsystoleStretch? Draw(IReadOnlyList<TimedBeat> beats, IReadOnlyList<Episode> busy, double from, double to, double wanted, Random random)
    {
        AsystoleStretch[] possible =
        [
            .. Enumerable.Range(0, beats.Count).Where(i => beats[i].Seconds >= from && beats[i].Seconds < to)
                .Select(i => After(beats, i, wanted)).OfType<AsystoleStretch>()
                .Where(s => !busy.Any(new Episode(s.From, s.From + s.Pause).Widen(LastSeconds).Overlaps)),
        ];
        return possible.Length == 0 ? null : possible[random.Next(possible.Length)];
    }

    /// <summary>The pause from a beat to the first one that is so far away; null when the record ends before.</summary>
    private static AsystoleStretch? After(IReadOnlyList<TimedBeat> beats, int first, double wanted)
    {
        int next = first + 1;
        while (next < beats.Count && beats[next].Seconds - beats[first].Seconds < wanted)
        {
            next++;
        }

        if (next == beats.Count)
        {
            return null;
        }

        (double from, double to) = (beats[first].Seconds, beats[next].Seconds);
        double afterT = Math.Min(TWaveSeconds, 0.55 * (beats[first + 1].Seconds - from));
        double beforeP = Math.Min(PWaveSeconds, 0.45 * (to - beats[next - 1].Seconds));
        return new AsystoleStretch { Wanted = wanted, From = from, Pause = to - from, Line = new Episode(from + afterT, to - beforeP) };
    }
}
