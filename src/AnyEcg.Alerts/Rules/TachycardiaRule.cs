using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// Ventricular and supraventricular tachycardia: a run of so many beats of the class above the limit, or n of m seconds in
/// which the network names the rhythm, unless both detectors count a rate below the limit.
/// </summary>
internal sealed class TachycardiaRule(AlertKindRow row, AlertSettings settings, RhythmClass rhythm, BeatClass beatClass) : AlertRule(row)
{
    private const long RateSpan = 5 * PatchSecond.ModelRateHz;

    /// <summary>Below this rate, in 1/min, a detector that is told of a tachycardia is taken not to see its beats.</summary>
    private const double CountableRate = 50;

    public override Verdict Judge(StreamReading reading)
    {
        if (!reading.Readable || !reading.Now.Scored)
            return Verdict.Unknown;
        for (int back = reading.NewBeats - 1; back >= 0; back--)
        {
            if (RunAt(reading.Primary, back) is { } run)
                return run with { Doubtful = reading.Doubtful };
        }

        float probability = Named(reading);
        if (probability < settings.RhythmOff)
            return Verdict.Absent;
        if (probability < settings.RhythmOn)
            return Verdict.Unclear;
        return IsSlow(reading.Primary, reading.PrimaryFrontier) && IsSlow(reading.Guard, reading.GuardFrontier)
            ? Verdict.Absent with { Withheld = Withheld.Rate }
            : Verdict.Present(reading, probability);
    }

    private Verdict? RunAt(BeatTrain train, int back)
    {
        int length = BeatRun.LengthAt(train, back, beatClass);
        if (length < Row.Over || !(BeatRun.Rate(train, back, Row.Over) > Row.Limit))
            return null;
        long last = train[back].Sample;
        return Verdict.Complete(train[back + length - 1].Sample, last, last + 1) with
        {
            Score = train[back].Score,
            Value = BeatRun.Rate(train, back, length),
            Withheld = BeatRun.IsTrusted(train, back, length) || Row.Priority == AlertPriority.High ? Withheld.No : Withheld.Quality,
        };
    }

    /// <summary>The network tells fibrillation from tachycardia badly: for the ventricular rule the mass of both counts.</summary>
    private float Named(StreamReading reading) => rhythm == RhythmClass.VentricularTachycardia
        ? reading.Probability(rhythm) + reading.Probability(RhythmClass.VentricularFibrillation)
        : reading.Probability(rhythm);

    /// <summary>
    /// Beats that can be counted, and too few for a tachycardia. Hardly any beats at all are no count: in fibrillation, which the
    /// network may name tachycardia, a detector finds one now and then.
    /// </summary>
    private bool IsSlow(BeatTrain train, long frontier) =>
        train.RateOver(RateSpan, frontier, out _) is { } rate && rate < Row.Limit && rate >= CountableRate;
}
