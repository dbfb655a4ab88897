using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// No QRS for so many seconds of readable signal: asystole, and the shorter pause between two beats. Both detectors silent
/// decide at the limit; one alone after <see cref="AlertSettings.AloneFactor"/> times the limit, with doubt. A flat lead that
/// is present is readable; a lead that is off or lost breaks the silence, it is never asystole.
/// </summary>
internal sealed class SilenceRule(AlertKindRow row, AlertSettings settings) : AlertRule(row)
{
    private readonly bool asystole = row.Kind == AlertKind.Asystole;
    private readonly long limit = (long)(row.Limit * PatchSecond.ModelRateHz);
    private readonly long alone = (long)(row.Limit * settings.AloneFactor * PatchSecond.ModelRateHz);

    public override Verdict Judge(StreamReading reading)
    {
        if (!reading.Readable)
            return Verdict.Unknown;

        // Fibrillation has no QRS either, and its own alert names it better.
        if (reading.IsVentricular)
            return Verdict.Unclear;
        Silence network = Longest(reading.Primary, reading.PrimaryFrontier, reading);
        Silence guard = Longest(reading.Guard, reading.GuardFrontier, reading);
        if (Math.Max(network.Length, guard.Length) < limit)
            return Verdict.Absent;
        if (Math.Min(network.Length, guard.Length) >= limit)
            return Of(network, limit, reading);
        Silence longer = network.Length >= guard.Length ? network : guard;
        return longer.Length >= alone
            ? Of(longer, alone, reading) with { Doubtful = true, Disagree = true }
            : Verdict.Unclear with { Disagree = true };
    }

    /// <summary>A beat found late in the silence, and neither detector knows a silence of the limit any more since it began.</summary>
    public override string? Disproof(StreamReading reading, long onset, long decided)
    {
        if (!reading.HasLateBeat(onset + BeatTrain.RefractorySamples, decided))
            return null;
        long network = LongestSince(reading.Primary, onset, reading.PrimaryFrontier);
        long guard = LongestSince(reading.Guard, onset, reading.GuardFrontier);
        return Math.Max(network, guard) < limit ? "a beat was found late within the silence" : null;
    }

    private static long LongestSince(BeatTrain train, long onset, long frontier)
    {
        (long longest, long next) = (0, frontier);
        for (int back = 0; back < train.Count && train[back].Sample > onset + BeatTrain.RefractorySamples; back++)
        {
            longest = Math.Max(longest, next - train[back].Sample);
            next = train[back].Sample;
        }

        return Math.Max(longest, next - onset);
    }

    private static Verdict Of(Silence silence, long decidedAfter, StreamReading reading) =>
        Verdict.Complete(silence.From, silence.From + decidedAfter, silence.From + silence.Length) with
        {
            Value = (double)silence.Length / PatchSecond.ModelRateHz,
            Doubtful = reading.Doubtful || reading.PatchyUntil > silence.From,
        };

    /// <summary>The running silence, or the one that a beat ended just before if that was longer.</summary>
    private Silence Longest(BeatTrain train, long frontier, StreamReading reading)
    {
        long from = train.Count > 0 ? train[0].Sample : reading.ReadableSince;
        Silence longest = new(from, frontier - from);
        for (int back = 0; back < train.Count && train[back].Sample > frontier - StreamReading.Recent; back++)
        {
            long before = back + 1 < train.Count ? train[back + 1].Sample : reading.ReadableSince;
            if (train[back].Sample - before > longest.Length)
                longest = new(before, train[back].Sample - before);
        }

        // A pause lies between two beats, and a beat may hide in a loss: asystole is raised all the same, a pause is not.
        bool counts = asystole || (longest.From > reading.ReadableSince && longest.From >= reading.PatchyUntil);
        return counts ? longest : default;
    }

    private readonly record struct Silence(long From, long Length);
}
