namespace AnyEcg.Alerts;

/// <summary>Every second or third beat ventricular, over so many cycles: bigeminy and trigeminy.</summary>
internal sealed class PeriodicEctopyRule(AlertKindRow row, int period) : AlertRule(row)
{
    public override Verdict Judge(StreamReading reading)
    {
        if (!reading.Readable || !reading.Now.Scored)
            return Verdict.Unknown;
        int beats = period * Row.Over;
        for (int back = reading.NewBeats - 1; back >= 0; back--)
        {
            if (back + beats <= reading.Primary.Count && Matches(reading.Primary, back, beats))
                return Found(reading.Primary, back, beats);
        }

        return Verdict.Absent;
    }

    private bool Matches(BeatTrain train, int back, int beats)
    {
        for (int i = 0; i < beats; i++)
        {
            if (train[back + i].IsVentricular != (i % period == 0))
                return false;
        }

        return true;
    }

    private static Verdict Found(BeatTrain train, int back, int beats)
    {
        long last = train[back].Sample;
        return Verdict.Complete(train[back + beats - 1].Sample, last, last + 1) with
        {
            Score = train[back].Score,
            Withheld = BeatRun.IsTrusted(train, back, beats) ? Withheld.No : Withheld.Quality,
        };
    }
}
