using System.Collections.Immutable;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>A synthetic stream. The same options and seed give the same samples, however they are cut.</summary>
public sealed record SyntheticOptions
{
    /// <summary>Names of the leads, in wire order.</summary>
    public ImmutableArray<string> Leads { get; init; } = ["II"];

    /// <summary>The rate the device says it has.</summary>
    public double SampleRateHz { get; init; } = 250;

    /// <summary>How far the true rate is from it, in percent: the converter's clock, not the heart, is wrong. Set from the device's faults.</summary>
    internal double RateErrorPercent { get; init; }

    /// <summary>What the heart does, one after the other.</summary>
    public ImmutableArray<RhythmSegment> Programme { get; init; } =
        [new RhythmSegment { Rhythm = SyntheticRhythm.Sinus, Seconds = 60 }];

    /// <summary>Begin the programme again at its end, in the same epoch, for ever.</summary>
    public bool Repeat { get; init; }

    /// <summary>Microvolts of a converter step, of 16 bits.</summary>
    public double MicrovoltsPerLsb { get; init; } = 2.5;

    /// <summary>Deviation of the amplifier's own noise; never 0: a constant code means a lead that is off.</summary>
    public double AmplifierMicrovolts { get; init; } = 8;

    /// <summary>Size of the whole ECG, times that of the model (R of about 1.2 mV in lead II).</summary>
    public double Amplitude { get; init; } = 1;

    /// <summary>Samples per second of true time.</summary>
    internal double TrueRateHz => SampleRateHz * (1 + (RateErrorPercent / 100));

    /// <summary>All faults, in words.</summary>
    internal IEnumerable<string> Validate()
    {
        if (Leads.Length is 0 or > LeadSet.MaxLeads || Leads.Any(name => LeadVectors.Find(name) is null))
            yield return $"leads: 1 to {LeadSet.MaxLeads} of {string.Join(", ", LeadVectors.Names)}";
        if (!(SampleRateHz is >= StreamFormat.MinSampleRateHz and <= StreamFormat.MaxSampleRateHz))
            yield return $"sampleRateHz: {StreamFormat.MinSampleRateHz} to {StreamFormat.MaxSampleRateHz}";
        if (!(Math.Abs(RateErrorPercent) <= 10))
            yield return "rateErrorPercent: -10 to 10";
        if (Programme.IsEmpty)
            yield return "programme: at least one segment";
        if (!(MicrovoltsPerLsb is >= 0.1 and <= 100))
            yield return "microvoltsPerLsb: 0.1 to 100";
        if (!(AmplifierMicrovolts is >= 1 and <= 1000))
            yield return "amplifierMicrovolts: 1 to 1000";
        if (!(Amplitude is >= 0.05 and <= 5))
            yield return "amplitude: 0.05 to 5";
        for (int i = 0; i < Programme.Length; i++)
        {
            foreach (string fault in Programme[i].Validate())
                yield return $"programme[{i}].{fault}";
        }
    }
}
