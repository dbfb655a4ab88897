using System.Globalization;
using static AnyEcg.Tool.MarkdownText;

namespace AnyEcg.Tool;

/// <summary>The report as a page for people: where it comes from, the curve over noise, and for each condition and subset its tables.</summary>
internal static class MarkdownReport
{
    /// <summary>Longer lists of records stand in the JSON report only.</summary>
    private const int MostRecords = 100;

    private static readonly string[] Shown = ["QRS", "V", "S", "AF seconds", "VT + VF seconds"];

    public static void Write(TextWriter output, EvaluationReport report)
    {
        Heading(output, 1, "Evaluation");
        Origin(output, report);
        Curve(output, report);
        foreach (Condition condition in report.Conditions)
        {
            Heading(output, 2, condition.SnrDb is null ? "Without added noise" : $"In noise at {condition.Name} dB");
            MarkdownTables.All(output, condition.All);
            MarkdownTables.Challenge(output, condition.Records);
            foreach ((string name, Summary subset) in condition.Subsets)
            {
                Heading(output, 3, $"Only {name}: {subset.Names.Count} records");
                output.WriteLine($"{Names(subset.Names)}\n");
                MarkdownTables.All(output, subset);
            }

            if (condition.Records.Count <= MostRecords)
            {
                MarkdownRecords.Write(output, condition.Records);
            }
        }
    }

    private static void Origin(TextWriter output, EvaluationReport report)
    {
        ReportHeader header = report.Header;
        Table(output, ["", ""], [
            ["tool", header.Tool],
            ["command", $"`{header.Command}`"],
            ["model", header.ModelId],
            ["SHA-256 of the weights", header.ModelSha256 ?? Missing],
            ["intervals", string.Create(CultureInfo.InvariantCulture, $"95 %, bootstrap over records, {report.Bootstrap.Resamples} resamples, seed {report.Bootstrap.Seed}; of counts a day or an hour exact Poisson bounds")],
            ["tolerance around rhythm marks", header.ToleranceSeconds is { } seconds ? $"{Number(seconds)} s, beside the strict figures" : "none: strict"],
            ["records", report.Conditions.Count == 0 ? "none" : Names(report.Conditions[0].All.Names)],
        ]);
    }

    private static string Names(IReadOnlyList<string> names) => names.Count <= MostRecords
        ? $"{Count(names.Count)}: {string.Join(' ', names)}"
        : $"{Count(names.Count)} (named in the JSON report)";

    /// <summary>A line for each condition, where there are several.</summary>
    private static void Curve(TextWriter output, EvaluationReport report)
    {
        if (report.Conditions.Count < 2)
        {
            return;
        }

        Heading(output, 2, "Over noise");
        output.WriteLine("Sensitivity / positive predictivity, gross.\n");
        Table(output, ["SNR, dB", .. Shown, "false high alerts", "a day (95 %, Poisson)", "asystole found"], report.Conditions.Select(c => Line(c.Name, c.All)));
    }

    private static IReadOnlyList<string> Line(string name, Summary summary)
    {
        double? Of(string figure) => summary.Figures.GetValueOrDefault(figure)?.Gross;
        string Pair(string figure) => MarkdownText.Pair(Of($"{figure}.se"), Of($"{figure}.ppv"));
        AlertRate high = summary.AlertRates[0];
        return
        [
            name, Pair("beats.qrs"), Pair("beats.v"), Pair("beats.s"), Pair("perSecond.af"), Pair("perSecond.ventricular"),
            high.Days > 0 ? Count(high.False) : Missing, Range(high.FalsePerDayBounds, "0.#"), Number(Of("asystole.found")),
        ];
    }
}
