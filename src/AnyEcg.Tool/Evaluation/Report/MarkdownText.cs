using System.Globalization;

namespace AnyEcg.Tool;

/// <summary>Numbers and tables as Markdown.</summary>
internal static class MarkdownText
{
    public const string Missing = "-";

    public static string Number(double? value, string format = "0.####") => value?.ToString(format, CultureInfo.InvariantCulture) ?? Missing;

    public static string Count(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Range(Interval? interval, string format = "0.####") =>
        interval is { } known ? $"{Number(known.Low, format)} to {Number(known.High, format)}" : Missing;

    /// <summary>Sensitivity / positive predictivity.</summary>
    public static string Pair(double? se, double? ppv) => $"{Number(se, "0.000")} / {Number(ppv, "0.000")}";

    /// <summary>A table; of nothing, nothing.</summary>
    public static void Table(TextWriter output, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] all = [.. rows];
        if (all.Length == 0)
        {
            return;
        }

        Row(output, head);
        Row(output, [.. head.Select(_ => "---")]);
        foreach (IReadOnlyList<string> row in all)
        {
            Row(output, row);
        }

        output.WriteLine();
    }

    public static void Heading(TextWriter output, int level, string text) => output.WriteLine($"{new string('#', level)} {text}\n");

    /// <summary>A bar or a line break would end the cell.</summary>
    private static void Row(TextWriter output, IReadOnlyList<string> cells) =>
        output.WriteLine($"| {string.Join(" | ", cells.Select(cell => cell.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal)))} |");
}
