using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>Whether two formats read samples alike: a descriptor that a broker delivers again changes nothing.</summary>
internal static class FormatComparison
{
    public static bool Same(StreamFormat a, StreamFormat b) =>
        a.SampleRateHz.Equals(b.SampleRateHz)
        && a.Mains == b.Mains
        && a.Clock == b.Clock
        && a.Leads.Leads.AsSpan().SequenceEqual(b.Leads.Leads.AsSpan())
        && a.MicrovoltsPerLsb.AsSpan().SequenceEqual(b.MicrovoltsPerLsb.AsSpan())
        && a.Baseline.AsSpan().SequenceEqual(b.Baseline.AsSpan())
        && a.AdcRange.HasValue == b.AdcRange.HasValue
        && (a.AdcRange is not { } x || x.AsSpan().SequenceEqual(b.AdcRange!.Value.AsSpan()));
}
