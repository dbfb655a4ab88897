using System.Collections.Immutable;
using AnyEcg.Signal;

namespace AnyEcg.Recordings;

/// <summary>From header terms to what the signal path needs.</summary>
internal static class StreamFormats
{
    public static StreamFormat From(WfdbHeader header)
    {
        ImmutableArray<WfdbSignal> signals = header.Signals;
        if (signals.Length > LeadSet.MaxLeads)
        {
            throw new RecordingFormatException($"Record {header.RecordName} has {signals.Length} signals; a stream takes {LeadSet.MaxLeads}.");
        }

        return new StreamFormat
        {
            SampleRateHz = header.SampleRateHz,
            Leads = new LeadSet([.. signals.Select(signal => signal.Lead)]),
            MicrovoltsPerLsb = [.. signals.Select((signal, i) => MicrovoltsPerLsb(header, signal, i))],
            Baseline = [.. signals.Select(signal => signal.Baseline)],
            AdcRange = AdcRange(signals),
        };
    }

    private static ImmutableArray<(double Min, double Max)>? AdcRange(ImmutableArray<WfdbSignal> signals)
    {
        ImmutableArray<(double Min, double Max)>.Builder ranges = ImmutableArray.CreateBuilder<(double Min, double Max)>(signals.Length);
        foreach (WfdbSignal signal in signals)
        {
            if (signal.AdcRange is not { } range)
            {
                return null;
            }

            ranges.Add((range.Min, range.Max));
        }

        return ranges.ToImmutable();
    }

    private static double MicrovoltsPerLsb(WfdbHeader header, WfdbSignal signal, int index)
    {
        double microvoltsPerUnit = signal.Units switch
        {
            "V" => 1e6,
            "mV" or "mv" => 1e3,
            "uV" or "uv" or "µV" => 1,
            "nV" => 1e-3,
            _ => throw new RecordingFormatException(
                $"Signal {index} of record {header.RecordName} is in '{signal.Units}', which is no voltage."),
        };
        return signal.AdcGain > 0
            ? microvoltsPerUnit / signal.AdcGain
            : throw new RecordingFormatException($"Signal {index} of record {header.RecordName} has the gain {signal.AdcGain}.");
    }
}
