using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>Mean rate beyond the limit over so many seconds, of which at least four fifths are intervals between known beats.</summary>
internal sealed class MeanRateRule(AlertKindRow row) : AlertRule(row)
{
    private const double LeastCovered = 0.8;

    private readonly bool fast = row.Kind == AlertKind.Tachycardia;
    private readonly long span = (long)row.Over * PatchSecond.ModelRateHz;

    public override Verdict Judge(StreamReading reading)
    {
        double? rate = reading.Primary.RateOver(span, reading.PrimaryFrontier, out long covered);
        if (!reading.Readable || rate is not { } value || covered < LeastCovered * span)
            return Verdict.Unknown;
        if (!Beyond(value, Row.Limit))
            return Beyond(value, Row.OffLimit) ? Verdict.Unclear : Verdict.Absent;
        double? guard = reading.Guard.RateOver(span, reading.GuardFrontier, out _);
        return Verdict.Complete(reading.Primary[0].Sample - covered, reading.End, reading.End) with
        {
            Value = value,
            Disagree = guard is { } other && !Beyond(other, Row.OffLimit),
        };
    }

    private bool Beyond(double rate, double limit) => fast ? rate > limit : rate < limit;
}
