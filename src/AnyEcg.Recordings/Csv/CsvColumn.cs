using System.Text.RegularExpressions;

namespace AnyEcg.Recordings;

/// <summary>What a column's heading says. Immutable.</summary>
/// <param name="Name">The heading without its unit; empty in a table without headings.</param>
/// <param name="Unit">The unit in brackets, or after the last underscore or blank; null where there is none.</param>
internal sealed partial record CsvColumn(string Name, string? Unit)
{
    /// <summary>What is longer is no heading; the time to look for a unit in it grows with its square.</summary>
    private const int MaxHeading = 256;

    private static readonly string[] TimeUnits = ["s", "sec", "seconds", "ms", "us", "µs", "ns"];

    /// <summary>Whether the heading means a time.</summary>
    public bool IsTime => TimeName().IsMatch(Name) || (Unit is not null && TimeUnits.Contains(Unit) && Name.Length > 0);

    /// <summary>Seconds in the time unit of the heading; null where it does not say.</summary>
    public double? SecondsPerUnit => Unit switch
    {
        "s" or "sec" or "seconds" => 1,
        "ms" => 1e-3,
        "us" or "µs" => 1e-6,
        "ns" => 1e-9,
        _ => null,
    };

    /// <summary>The unit in its usual spelling where it is a voltage.</summary>
    public static string? Voltage(string? unit) => unit?.ToUpperInvariant() switch
    {
        "UV" or "ΜV" or "MICROVOLT" or "MICROVOLTS" => "uV",
        "MV" or "MILLIVOLT" or "MILLIVOLTS" => "mV",
        "V" or "VOLT" or "VOLTS" => "V",
        "NV" => "nV",
        _ => null,
    };

    public static CsvColumn Parse(string heading)
    {
        if (heading.Length > MaxHeading)
        {
            return new CsvColumn(heading[..MaxHeading].Trim(), null);
        }

        Match match = InBrackets().Match(heading);
        if (!match.Success)
        {
            match = AtEnd().Match(heading);
        }

        return match.Success
            ? new CsvColumn(match.Groups[1].Value.Trim(), match.Groups[2].Value.Trim().Replace('μ', 'µ'))
            : new CsvColumn(heading.Trim(), null);
    }

    [GeneratedRegex(@"^(.*?)[\[(]([^\[\]()]{1,16})[\])]$")]
    private static partial Regex InBrackets();

    [GeneratedRegex(@"^(.+)[_ ](uV|µV|μV|mV|nV|UV|MV|microvolts?|millivolts?|volts?|s|sec|seconds|ms|us|µs|ns)$")]
    private static partial Regex AtEnd();

    [GeneratedRegex(@"^(t|time|utc|epoch|elapsed|date|datetime|seconds?|.*\btime|.*time ?stamp|.*time_?stamp|.*date ?time)$", RegexOptions.IgnoreCase)]
    private static partial Regex TimeName();
}
