using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// A run of ventricular beats of bounded length that another beat has ended: the pair, and non-sustained ventricular
/// tachycardia (with its rate).
/// </summary>
internal sealed class VentricularRunRule(AlertKindRow row, int longest) : AlertRule(row)
{
    public override Verdict Judge(StreamReading reading)
    {
        if (!reading.Readable || !reading.Now.Scored)
            return Verdict.Unknown;
        BeatTrain train = reading.Primary;
        for (int back = reading.NewBeats - 1; back >= 0; back--)
        {
            if (!train[back].IsVentricular && EndedBefore(train, back) is { } run)
                return run;
        }

        return Verdict.Absent;
    }

    private Verdict? EndedBefore(BeatTrain train, int back)
    {
        int length = BeatRun.LengthAt(train, back + 1, BeatClass.V);
        if (length < Row.Over || length > longest)
            return null;
        double rate = BeatRun.Rate(train, back + 1, length);
        if (rate <= Row.Limit)
            return null;
        return Verdict.Complete(train[back + length].Sample, train[back].Sample, train[back + 1].Sample + 1) with
        {
            Score = train[back + 1].Score,
            Value = rate,
            Withheld = BeatRun.IsTrusted(train, back, length + 1) ? Withheld.No : Withheld.Quality,
        };
    }
}
