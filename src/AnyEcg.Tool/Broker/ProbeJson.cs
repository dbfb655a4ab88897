using System.Text.Json;

namespace AnyEcg.Tool;

/// <summary>The report as one stable document.</summary>
internal static class ProbeJson
{
    public static void Write(Stream stream, ProbeReport report)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("url", report.Url);
        json.WriteBoolean("fit", report.Fits);
        json.WriteString("verdict", report.Verdict.Text());
        json.WriteStartArray("findings");
        foreach (Finding finding in report.Findings)
        {
            json.WriteStartObject();
            json.WriteString("id", finding.Id);
            json.WriteString("title", finding.Title);
            json.WriteString("measured", finding.Measured);
            json.WriteString("verdict", finding.Verdict.Text());
            json.WriteString("setting", finding.Setting);
            json.WriteStartObject("values");
            foreach ((string name, object? value) in finding.Values)
            {
                json.WritePropertyName(name);
                JsonSerializer.Serialize(json, value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
