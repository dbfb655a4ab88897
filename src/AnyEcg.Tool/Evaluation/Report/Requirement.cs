using System.Globalization;
using System.Text.RegularExpressions;

namespace AnyEcg.Tool;

/// <summary>
/// A bar that a report must reach: <c>[SUBSET:][average.]FIGURE[@SNR]&gt;=VALUE</c> or with &lt;=. Without an SNR it is the first
/// condition's. A figure that is not defined fails.
/// </summary>
internal sealed partial record Requirement(string Text, string? Subset, bool Average, string Figure, string? Condition, bool AtLeast, double Value)
{
    /// <exception cref="FormatException">It is not of that form.</exception>
    public static Requirement Parse(string text)
    {
        Match match = Form().Match(text);
        if (!match.Success || !double.TryParse(match.Groups["value"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
        {
            throw new FormatException($"--require {text}: not [SUBSET:][average.]FIGURE[@SNR]>=VALUE.");
        }

        string? Part(string name) => match.Groups[name] is { Success: true } group ? group.Value : null;
        return new Requirement(text, Part("subset"), Part("average") is not null, Part("figure")!, Part("snr"), Part("op") == ">=", value);
    }

    /// <summary>Null when the report reaches the bar, else what is wrong.</summary>
    public string? Fault(EvaluationReport report)
    {
        Condition? condition = report.Conditions.FirstOrDefault(c => Condition is null || c.Name == Condition);
        Summary? summary = Subset is null ? condition?.All : condition?.Subsets.GetValueOrDefault(Subset);
        if (summary is null || !summary.Figures.TryGetValue(Figure, out FigureValue? figure))
        {
            return $"{Text}: there is no such figure in the report.";
        }

        double? found = Average ? figure.Average : figure.Gross;
        if (found is not { } value)
        {
            return $"{Text}: not defined for these records.";
        }

        bool holds = AtLeast ? value >= Value : value <= Value;
        return holds ? null : string.Create(CultureInfo.InvariantCulture, $"{Text}: missed, it is {value:0.######}.");
    }

    [GeneratedRegex(@"^(?:(?<subset>[^:]+):)?(?<average>average\.)?(?<figure>[\w.]+?)(?:@(?<snr>clean|-?[\d.]+))?(?<op>>=|<=)(?<value>.+)$")]
    private static partial Regex Form();
}
