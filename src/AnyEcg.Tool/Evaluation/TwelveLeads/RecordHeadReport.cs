using System.Globalization;
using System.Text.Json;

namespace AnyEcg.Tool;

/// <summary>The scores of the record heads, as JSON and as a table.</summary>
internal sealed record RecordHeadReport(string ModelId, int Records, IReadOnlyList<RecordHeadScore> Scores)
{
    public void WriteJson(Stream stream)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("model", ModelId);
        json.WriteNumber("records", Records);
        json.WriteStartArray("scores");
        foreach (RecordHeadScore score in Scores)
        {
            json.WriteStartObject();
            json.WriteString("name", score.Name);
            json.WriteNumber("positive", score.Positive);
            json.WriteNumber("negative", score.Negative);
            Write(json, "auroc", score.Auroc, score.AurocInterval);
            Write(json, "f1", score.F1, score.F1Interval);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>As GitHub reads it.</summary>
    public void WriteMarkdown(TextWriter text)
    {
        text.WriteLine(FormattableString.Invariant($"{ModelId}, {Records} recordings; 95 % bootstrap intervals over recordings; F1 at a probability of 0.5."));
        text.WriteLine();
        text.WriteLine("| class | with | without | AUROC | F1 |");
        text.WriteLine("| --- | --- | --- | --- | --- |");
        foreach (RecordHeadScore s in Scores)
        {
            text.WriteLine(FormattableString.Invariant($"| {s.Name} | {s.Positive} | {s.Negative} | {Text(s.Auroc, s.AurocInterval)} | {Text(s.F1, s.F1Interval)} |"));
        }
    }

    private static void Write(Utf8JsonWriter json, string name, double? value, Interval? interval)
    {
        json.WriteStartObject(name);
        foreach ((string part, double? number) in new[] { ("value", value), ("low", interval?.Low), ("high", interval?.High) })
        {
            if (number is { } known)
            {
                json.WriteNumber(part, Math.Round(known, 6));
            }
        }

        json.WriteEndObject();
    }

    private static string Text(double? value, Interval? interval)
    {
        string Format(double number) => number.ToString("F3", CultureInfo.InvariantCulture);
        return value is not { } known ? "-" : interval is { } range ? $"{Format(known)} ({Format(range.Low)} to {Format(range.High)})" : Format(known);
    }
}
