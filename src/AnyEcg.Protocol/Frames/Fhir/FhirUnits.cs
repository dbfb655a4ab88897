using System.Text.Json;

namespace AnyEcg.Protocol;

/// <summary>Units of SampledData, by UCUM code: of the voltage and of the time between samples.</summary>
internal static class FhirUnits
{
    /// <summary>Of a Quantity: its value and the microvolts of its unit. The code decides, without one the unit's text.</summary>
    public static bool TryMicrovolts(JsonElement quantity, out double microvolts, out double value)
    {
        microvolts = 0;
        if (!quantity.TryNumber("value", 0, out double? number) | !quantity.TryText("code", out string? code) | !quantity.TryText("unit", out string? unit))
        {
            value = 0;
            return false;
        }

        value = number!.Value;
        microvolts = (code ?? unit) switch
        {
            "nV" => 1e-3,
            "uV" or "\u00B5V" or "\u03BCV" => 1,
            "mV" => 1e3,
            "V" => 1e6,
            _ => 0,
        };
        return microvolts > 0;
    }

    /// <summary>Seconds between samples: R4's period in milliseconds, or R5's interval in a unit of time or frequency.</summary>
    public static bool TryPeriod(JsonElement sampled, out double seconds)
    {
        seconds = 0;
        if (!sampled.TryNumber("period", null, out double? period) | !sampled.TryNumber("interval", null, out double? interval)
            | !sampled.TryText("intervalUnit", out string? unit) || (period is null) == (interval is null))
            return false;
        seconds = period is double ms ? ms / 1e3 : unit switch
        {
            "s" => interval!.Value,
            "ms" => interval!.Value / 1e3,
            "us" => interval!.Value / 1e6,
            "Hz" => 1 / interval!.Value,
            _ => 0,
        };
        return seconds is > 0 and < 1;
    }
}
