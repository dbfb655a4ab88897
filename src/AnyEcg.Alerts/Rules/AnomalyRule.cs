namespace AnyEcg.Alerts;

/// <summary>The network finds most of a minute abnormal and no rule has a name for it: an unspecified arrhythmia, never an invented one.</summary>
internal sealed class AnomalyRule(AlertKindRow row) : AlertRule(row)
{
    public override Verdict Judge(StreamReading reading)
    {
        if (!reading.Readable || !reading.Now.Scored)
            return Verdict.Unknown;
        float score = reading.Now.Anomaly;
        if (score >= Row.Limit)
            return Verdict.Present(reading, score);
        return score < Row.OffLimit ? Verdict.Absent : Verdict.Unclear;
    }
}
