using System.Collections.Immutable;

namespace AnyEcg.Signal;

/// <summary>Mains frequency to be notched out of a stream.</summary>
public enum MainsFrequency : byte
{
    Off = 0,
    Hz50 = 50,
    Hz60 = 60,
}

/// <summary>
/// How the samples of one stream are to be read: everything the signal path needs from a stream descriptor. Immutable.
/// Microvolts = (sample - <see cref="Baseline"/>) x <see cref="MicrovoltsPerLsb"/>, per lead.
/// </summary>
public sealed record StreamFormat
{
    /// <summary>The device rates the resampler takes, in hertz.</summary>
    public const double MinSampleRateHz = 100, MaxSampleRateHz = 1000;

    /// <summary>Nominal device rate in hertz, <see cref="MinSampleRateHz"/> to <see cref="MaxSampleRateHz"/>.</summary>
    public required double SampleRateHz { get; init; }

    public required LeadSet Leads { get; init; }

    /// <summary>Per lead, microvolts for one step of the converter; finite and above zero.</summary>
    public required ImmutableArray<double> MicrovoltsPerLsb { get; init; }

    /// <summary>Per lead, the sample value that stands for 0 uV.</summary>
    public required ImmutableArray<double> Baseline { get; init; }

    /// <summary>Per lead, the lowest and highest code of the converter (saturation); null where not known.</summary>
    public ImmutableArray<(double Min, double Max)>? AdcRange { get; init; }

    public MainsFrequency Mains { get; init; } = MainsFrequency.Off;

    /// <summary>What the device says of its clock.</summary>
    public DeviceClockKind Clock { get; init; } = DeviceClockKind.Unknown;
}
