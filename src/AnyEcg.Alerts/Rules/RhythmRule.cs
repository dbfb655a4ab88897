using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>The network names the rhythm with at least the limit's probability: fibrillation and flutter.</summary>
internal sealed class RhythmRule(AlertKindRow row, RhythmClass rhythm) : AlertRule(row)
{
    public override Verdict Judge(StreamReading reading)
    {
        if (!reading.Readable || !reading.Now.Scored)
            return Verdict.Unknown;
        float probability = reading.Probability(rhythm);
        if (probability >= Row.Limit)
            return Verdict.Present(reading, probability);
        return probability < Row.OffLimit ? Verdict.Absent : Verdict.Unclear;
    }
}
