using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>
/// Spoils the samples of one stream as its options say: noise first, then electrodes without contact. Sample by sample in order, so
/// that the result does not depend on how the stream is cut.
/// </summary>
internal sealed class SignalFaults
{
    private readonly StreamFormat format;
    private readonly NoiseSpan[] noise;
    private readonly ElectrodeSpan[] electrodes;
    private readonly SeededNoise floating;
    private readonly double rate;

    private SignalFaults(StreamFormat format, double rate, NoiseSpan[] noise, ElectrodeSpan[] electrodes, int seed)
    {
        this.format = format;
        this.rate = rate;
        this.noise = noise;
        this.electrodes = electrodes;
        floating = SeededNoise.For(seed, "floating");
    }

    /// <summary>First and last samples of flagged faults: a frame has its bits as a whole, so it is cut there.</summary>
    public IEnumerable<long> Edges => electrodes.Where(span => span.Fault.Flagged).SelectMany(span => new[] { span.First, span.End });

    /// <summary>Reads the source once for its size where noise is asked for; leaves it at its beginning.</summary>
    /// <exception cref="AnyEcg.Recordings.RecordingFormatException">A recording of noise is damaged.</exception>
    /// <exception cref="IOException">A recording of noise cannot be opened.</exception>
    public static SignalFaults For(IFrameSource source, DeviceFaultOptions faults, int seed, RecordingShelf shelf)
    {
        StreamFormat format = source.Format;
        double rate = format.SampleRateHz * (1 + (faults.RateErrorPercent / 100));
        double[] size = faults.Noise.IsEmpty ? [] : SignalSize.Measure(source);
        return new SignalFaults(
            format,
            rate,
            [.. faults.Noise.Select((fault, i) => Span(fault, number => SeededNoise.For(seed, $"noise-{i}", number)))],
            [.. faults.Electrodes.Select(fault => new ElectrodeSpan(fault, (long)Math.Round(fault.From * rate), (long)Math.Round(fault.To * rate), fault.Mask(format.Leads.Count)))],
            seed);

        NoiseSpan Span(NoiseFault fault, Func<int, SeededNoise> seeds) => fault.Record is { } record
            ? new NoiseSpan(fault, size, rate, shelf.OpenNoise(record, format.SampleRateHz))
            : new NoiseSpan(fault, size, rate, seeds);
    }

    /// <summary>Leads that the device reports as off at a sample.</summary>
    public uint FlaggedAt(long sample)
    {
        uint mask = 0;
        foreach (ElectrodeSpan span in electrodes)
            mask |= span.Fault.Flagged && sample >= span.First && sample < span.End ? span.Mask : 0;
        return mask;
    }

    /// <param name="frame">Changed in place.</param>
    /// <param name="first">Its first sample since the device's first.</param>
    public void Apply(EcgFrame frame, long first)
    {
        foreach (NoiseSpan span in noise)
            span.Add(frame, first);
        if (noise.Any(span => span.Touches(first, frame.SamplesPerLead)))
            Convert(frame);
        foreach (ElectrodeSpan span in electrodes)
            Lift(frame, first, span);
    }

    /// <summary>Back to whole steps within the converter's range.</summary>
    private void Convert(EcgFrame frame)
    {
        for (int lead = 0; lead < frame.LeadCount; lead++)
        {
            (double low, double high) = format.AdcRange is { } range ? range[lead] : (-(1 << 23), (1 << 23) - 1);
            foreach (ref float sample in frame.LeadSamples(lead))
                sample = (float)Math.Clamp(Math.Round(sample), low, high);
        }
    }

    private void Lift(EcgFrame frame, long first, ElectrodeSpan span)
    {
        int from = (int)Math.Max(0, span.First - first), to = (int)Math.Min(frame.SamplesPerLead, span.End - first);
        for (int lead = 0; lead < frame.LeadCount; lead++)
        {
            for (int i = from; i < to && (span.Mask >> lead & 1) != 0; i++)
                frame.LeadSamples(lead)[i] = Code(span.Fault.Signal, lead, first + i);
        }
    }

    private float Code(ElectrodeSignal signal, int lead, long sample)
    {
        double baseline = format.Baseline[lead], step = format.MicrovoltsPerLsb[lead];
        (double low, double high) = format.AdcRange is { } range ? range[lead] : (baseline - (10_000 / step), baseline + (10_000 / step));
        double code = signal switch
        {
            ElectrodeSignal.Flat => baseline,
            ElectrodeSignal.Saturated => high,
            _ => baseline + (((2500 * Math.Sin(2 * Math.PI * 50 * sample / rate)) + (600 * floating.Normal((sample * LeadSet.MaxLeads) + lead))) / step),
        };
        return (float)Math.Clamp(Math.Round(code), Math.Ceiling(low), Math.Floor(high));
    }

    private readonly record struct ElectrodeSpan(ElectrodeFault Fault, long First, long End, uint Mask);
}
