using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// Rate beyond the limit over so many beats, by both detectors; by one alone over <see cref="AlertSettings.AloneFactor"/>
/// times as many beats, with doubt. A slow rate also counts the interval that still runs, and needs half of its intervals
/// slow: a single pause is a pause.
/// </summary>
internal sealed class ExtremeRateRule(AlertKindRow row, AlertSettings settings) : AlertRule(row)
{
    private readonly bool fast = row.Kind == AlertKind.ExtremeTachycardia;
    private readonly int aloneOver = (int)Math.Ceiling(row.Over * settings.AloneFactor);

    public override Verdict Judge(StreamReading reading)
    {
        if (!reading.Readable || Math.Max(reading.Primary.Count, reading.Guard.Count) < Row.Over - 1)
            return Verdict.Unknown;
        if (!fast && reading.IsVentricular)
            return Verdict.Unclear;
        Verdict verdict = Crossed(reading, Row.Limit);
        if (verdict.Reading != Reading.Absent)
            return verdict;
        return Crossed(reading, Row.OffLimit).Holds ? Verdict.Unclear : Verdict.Absent;
    }

    /// <summary>Of a slow rate: a beat found late, and with it neither detector counts a rate below the limit.</summary>
    public override string? Disproof(StreamReading reading, long onset, long decided)
    {
        if (fast || !reading.HasLateBeat(onset + BeatTrain.RefractorySamples, decided))
            return null;
        bool stands = RateBetween(reading.Primary, onset, decided) < Row.Limit || RateBetween(reading.Guard, onset, decided) < Row.Limit;
        return stands ? null : "a beat was found late among those counted";
    }

    private static double RateBetween(BeatTrain train, long onset, long decided)
    {
        int intervals = 0;
        for (int back = 0; back < train.Count && train[back].Sample > onset + BeatTrain.RefractorySamples; back++)
            intervals += train[back].Sample <= decided ? 1 : 0;
        return intervals * 60.0 * PatchSecond.ModelRateHz / (decided - onset);
    }

    private Verdict Crossed(StreamReading reading, double limit)
    {
        Verdict network = Scan(reading.Primary, reading.PrimaryFrontier, Row.Over, limit);
        Verdict guard = Scan(reading.Guard, reading.GuardFrontier, Row.Over, limit);
        if (network.Holds && guard.Holds)
            return network with { Doubtful = reading.Doubtful };
        if (!network.Holds && !guard.Holds)
            return Verdict.Absent;
        Verdict alone = network.Holds
            ? Scan(reading.Primary, reading.PrimaryFrontier, aloneOver, limit)
            : Scan(reading.Guard, reading.GuardFrontier, aloneOver, limit);
        return alone.Holds ? alone with { Doubtful = true, Disagree = true } : Verdict.Unclear with { Disagree = true };
    }

    /// <summary>The earliest crossing that the train has just completed.</summary>
    private Verdict Scan(BeatTrain train, long frontier, int over, double limit)
    {
        Verdict found = fast ? Verdict.Absent : Running(train, frontier, over, limit);
        for (int back = 0; back + over <= train.Count && train[back].Sample > frontier - StreamReading.Recent; back++)
        {
            Verdict at = Between(train, train[back].Sample, back + 1, over - 1, limit);
            if (at.Holds)
                found = at;
        }

        return found;
    }

    /// <summary>The open interval up to the frontier counts as the last one: it can only grow.</summary>
    private Verdict Running(BeatTrain train, long frontier, int over, double limit) =>
        train.Count >= over - 1 ? Between(train, frontier, 0, over - 1, limit) : Verdict.Absent;

    private Verdict Between(BeatTrain train, long end, int newest, int intervals, double limit)
    {
        long first = train[newest + intervals - 1].Sample;
        double longestAllowed = 60.0 * PatchSecond.ModelRateHz / limit;
        double mean = (double)(end - first) / intervals;
        bool crossed = fast ? mean < longestAllowed : mean > longestAllowed && SlowOnes(train, end, newest, intervals, longestAllowed);
        double rate = 60.0 * PatchSecond.ModelRateHz / mean;

        // A slow rate is certain as soon as the interval that still runs is too long, not when its beat comes.
        long decided = fast ? end : Math.Min(end, first + (long)Math.Ceiling(intervals * longestAllowed));
        return crossed ? Verdict.Complete(first, decided, end) with { Value = rate } : Verdict.Absent;
    }

    private static bool SlowOnes(BeatTrain train, long end, int newest, int intervals, double longestAllowed)
    {
        int slow = 0;
        long later = end;
        for (int i = 0; i < intervals; i++)
        {
            long earlier = train[newest + i].Sample;
            slow += later - earlier > longestAllowed ? 1 : 0;
            later = earlier;
        }

        return 2 * slow >= intervals;
    }
}
