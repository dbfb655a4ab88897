using System.Globalization;
using System.Text;

namespace AnyEcg.Recordings.Tests;

/// <summary>One line of the table in docs/recordings.md.</summary>
/// <param name="Record">Path below sample-data.</param>
/// <param name="Format">Formats of its signals.</param>
/// <param name="Against">What it was compared with.</param>
/// <param name="Compared">Numbers that are equal, up to the first that is not.</param>
/// <param name="Result">"equal", or what is not.</param>
internal sealed record ReferenceLine(string Record, string Format, string Against, long Compared, string Result)
{
    public bool Failed { get; init; }
}

/// <summary>The result over the whole set as Markdown.</summary>
internal static class ReferenceTable
{
    public static string Write(IEnumerable<ReferenceLine> lines)
    {
        StringBuilder text = new("| record | format | compared with | numbers | result |\n| --- | --- | --- | ---: | --- |\n");
        foreach (ReferenceLine line in lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {line.Record} | {line.Format} | {line.Against} | {line.Compared} | {line.Result} |\n");
        }

        return text.ToString();
    }
}
