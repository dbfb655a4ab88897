using AnyEcg.Signal;

namespace AnyEcg.Recordings;

/// <summary>One signal of a recording. Immutable. Physical value = (sample - <see cref="Baseline"/>) / <see cref="AdcGain"/>.</summary>
public sealed record RecordedSignal
{
    /// <summary>What the file calls the signal; empty when it does not.</summary>
    public required string Name { get; init; }

    /// <summary>Samples per second of this signal.</summary>
    public required double SampleRateHz { get; init; }

    /// <summary>Converter steps per physical unit; negative for a signal stored upside down.</summary>
    public required double AdcGain { get; init; }

    /// <summary>Converter code of 0 physical units.</summary>
    public required double Baseline { get; init; }

    /// <summary>Physical unit.</summary>
    public string Units { get; init; } = "mV";

    /// <summary>Lowest and highest code of the converter, where the file says.</summary>
    public (long Min, long Max)? AdcRange { get; init; }

    /// <summary>The lead that <see cref="Name"/> means.</summary>
    public Lead Lead => SignalNames.LeadOf(Name);

    /// <summary>Microvolts for one physical unit; null for a unit that is no voltage.</summary>
    internal double? MicrovoltsPerUnit => Units.Trim() switch
    {
        "V" => 1e6,
        "mV" or "mv" or "MV" => 1e3,
        "uV" or "uv" or "UV" or "µV" or "μV" => 1,
        "nV" => 1e-3,
        _ => null,
    };
}
