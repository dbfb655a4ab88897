using AnyEcg.Alerts;
using Spectre.Console;

namespace AnyEcg.Tool;

/// <summary>An analysis for a person: tables on the console, or the same as Markdown.</summary>
internal static class AnalysisText
{
    public static void Write(IAnsiConsole console, Analysis analysis)
    {
        console.WriteLine(Heading(analysis));
        Table summary = new() { Border = TableBorder.Rounded };
        summary.AddColumns(["figure", .. analysis.Columns.Select(c => c.Title)]);
        foreach (string[] row in Summary(analysis))
        {
            summary.AddRow(Array.ConvertAll(row, Markup.Escape));
        }

        console.Write(summary);
        if (analysis.Found.Summary.Hours.Count > 0)
        {
            Table hours = new() { Border = TableBorder.Rounded };
            hours.AddColumns([.. AnalysisRows.HourHeadings.Select(h => new TableColumn(h).RightAligned())]);
            foreach (HourRow row in analysis.Found.Summary.Hours)
            {
                hours.AddRow(AnalysisRows.Hour(row));
            }

            console.Write(hours);
        }

        console.WriteLine(Alerts(analysis));
    }

    /// <summary>Nothing for fewer than two records with annotations.</summary>
    public static void WriteComparison(IAnsiConsole console, IReadOnlyList<Analysis> analyses)
    {
        IReadOnlyList<string[]> rows = AnalysisComparison.Rows(analyses);
        if (rows.Count == 0)
        {
            return;
        }

        Table table = new() { Border = TableBorder.Rounded };
        table.AddColumns([.. AnalysisComparison.Headings]);
        foreach (string[] row in rows)
        {
            table.AddRow(Array.ConvertAll(row, Markup.Escape));
        }

        console.Write(table);
    }

    /// <summary>All records one after the other, and their comparison with the annotations first.</summary>
    public static IEnumerable<string> Markdown(IReadOnlyList<Analysis> analyses)
    {
        IReadOnlyList<string[]> rows = AnalysisComparison.Rows(analyses);
        if (rows.Count > 0)
        {
            yield return Line(AnalysisComparison.Headings);
            yield return Line([.. AnalysisComparison.Headings.Select((_, i) => i == 0 ? "---" : "---:")]);
            foreach (string[] row in rows)
            {
                yield return Line(row);
            }

            yield return "";
        }

        foreach (string line in analyses.SelectMany(Markdown))
        {
            yield return line;
        }
    }

    public static IEnumerable<string> Markdown(Analysis analysis)
    {
        yield return $"## {Heading(analysis)}";
        yield return "";
        yield return Line(["figure", .. analysis.Columns.Select(c => c.Title)]);
        yield return Line([.. Enumerable.Repeat("---", 1 + analysis.Columns.Count)]);
        foreach (string[] row in Summary(analysis))
        {
            yield return Line(row);
        }

        yield return "";
        if (analysis.Found.Summary.Hours.Count > 0)
        {
            yield return Line(AnalysisRows.HourHeadings);
            yield return Line([.. AnalysisRows.HourHeadings.Select(_ => "---:")]);
            foreach (HourRow row in analysis.Found.Summary.Hours)
            {
                yield return Line(AnalysisRows.Hour(row));
            }

            yield return "";
        }

        yield return Alerts(analysis);
        yield return "";
    }

    private static string Heading(Analysis analysis) =>
        $"{analysis.Name}: {AnalysisRows.Clock((long)analysis.Seconds)} of ECG, model {analysis.ModelId}";

    private static IEnumerable<string[]> Summary(Analysis analysis) =>
        AnalysisRows.All.Select(row => (string[])[row.Label, .. analysis.Columns.Select(column => AnalysisRows.ValueOf(row, column))]);

    private static string Alerts(Analysis analysis) => analysis.Alerts.Count == 0
        ? "No alerts."
        : "Alerts: " + string.Join(", ", analysis.Alerts.Select(a => $"{a.Kind.Name} {a.Count}")) + ".";

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal)))} |";
}
