using Spectre.Console;

namespace AnyEcg.Tool;

/// <summary>The report on the console.</summary>
internal static class ProbeTable
{
    public static void Write(IAnsiConsole console, ProbeReport report)
    {
        Table table = new() { Border = TableBorder.Rounded };
        table.AddColumns("what", "measured", "for our use", "setting to change");
        foreach (Finding finding in report.Findings)
        {
            table.AddRow(
                Markup.Escape(finding.Title),
                Markup.Escape(finding.Measured),
                $"[{Colour(finding.Verdict)}]{finding.Verdict.Text()}[/]",
                Markup.Escape(finding.Setting ?? ""));
        }

        console.Write(table);
        console.MarkupLineInterpolated($"{report.Url}: [bold]{(report.Fits ? "fit for our use" : "unfit for our use")}[/] ({report.Verdict.Text()})");
    }

    private static string Colour(ProbeVerdict verdict) => verdict switch
    {
        ProbeVerdict.Good => "green",
        ProbeVerdict.NeedsSetting => "yellow",
        ProbeVerdict.Note => "grey",
        _ => "red",
    };
}
