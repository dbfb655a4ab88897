using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using AnyEcg.Alerts;

namespace AnyEcg.Protocol;

/// <summary>
/// A strip as JSON: microvolts to 0.01 at the device rate, null where no sample came. A function of the strip alone. About six bytes a sample
/// for ordinary ECG (75 KB for 24 s of two leads at 250 Hz), at most 20; ten minutes of 16 leads at 1000 Hz stay below <see cref="MaxBytes"/>.
/// </summary>
public static class StripDocument
{
    public const string ContentType = "application/json";

    public const int MaxBytes = 200_000_000;

    private const int Decimals = 2;

    /// <summary>Writes the document.</summary>
    public static void Write(EcgStrip strip, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(strip);
        using Utf8JsonWriter json = new(output, JsonOutput.Options);
        json.WriteStartObject();
        json.WriteString("group"u8, strip.Key.Group);
        json.WriteString("stream"u8, strip.Key.Stream);
        json.WriteNumber("epoch"u8, strip.Range.Epoch);
        json.WriteNumber("sampleRateHz"u8, strip.SampleRateHz);
        json.WriteNumber("firstSample"u8, strip.Range.First);
        json.WriteNumber("samples"u8, strip.Range.Count);
        json.WriteString("time"u8, IsoTime.Format(strip.StartNs));
        json.WriteStartArray("alerts"u8);
        foreach (StripAlert alert in strip.Alerts)
            WriteAlert(json, strip, alert);
        json.WriteEndArray();
        json.WriteStartArray("leads"u8);
        foreach (EcgStripLead lead in strip.Leads)
            WriteLead(json, lead);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Reads a document; null for anything that is none. Times come back to the millisecond.</summary>
    public static EcgStrip? TryParse(ReadOnlyMemory<byte> utf8)
    {
        using JsonDocument? document = utf8.Length > MaxBytes ? null : JsonText.TryParse(utf8);
        return document is null || document.RootElement.ValueKind != JsonValueKind.Object ? null : StripReader.Read(document.RootElement);
    }

    private static void WriteAlert(Utf8JsonWriter json, EcgStrip strip, StripAlert alert)
    {
        json.WriteStartObject();
        json.WriteString("alertId"u8, alert.AlertId);
        json.WriteString("kind"u8, alert.Kind.WireName());
        WritePlace(json, strip, "onset", alert.Onset);
        WritePlace(json, strip, "decided", alert.Decided);
        if (alert.End is long end)
            WritePlace(json, strip, "end", end);
        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, EcgStrip strip, string name, long sample)
    {
        json.WriteString(name, IsoTime.Format(strip.TimeNs(sample)));
        json.WriteNumber($"{name}Sample", sample);
    }

    private static void WriteLead(Utf8JsonWriter json, EcgStripLead lead)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, lead.Name);
        if (lead.Mdc is int mdc)
            json.WriteNumber("mdc"u8, mdc);
        json.WriteStartArray("off"u8);
        foreach (StripSpan span in lead.Off)
        {
            json.WriteStartArray();
            json.WriteNumberValue(span.From);
            json.WriteNumberValue(span.To);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("microvolts"u8);
        foreach (float value in lead.Microvolts)
        {
            // Adding zero takes the sign from a negative zero.
            if (float.IsNaN(value))
                json.WriteNullValue();
            else
                json.WriteNumberValue(Math.Round((double)value, Decimals) + 0.0);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
