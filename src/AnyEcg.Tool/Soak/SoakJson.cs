using System.Text.Json;
using AnyEcg.Simulator;

namespace AnyEcg.Tool;

/// <summary>The balance sheet as one stable document.</summary>
internal static class SoakJson
{
    public static void Write(Stream stream, SoakSheet sheet)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteBoolean("balances", sheet.Balances);
        json.WriteString("version", sheet.Version);
        json.WriteString("broker", sheet.Options.Broker);
        json.WriteNumber("seed", sheet.Options.Seed);
        json.WriteNumber("minutes", sheet.Options.Length.TotalMinutes);
        json.WriteNumber("devices", sheet.Options.Devices);
        json.WriteNumber("speed", sheet.Options.Speed);
        json.WriteNumber("wallSeconds", Math.Round(sheet.WallSeconds, 3));
        Array(json, "accounts", sheet.Lines, line =>
        {
            json.WriteString("name", line.Name);
            json.WriteBoolean("holds", line.Holds);
            Terms(json, "is", line.Left);
            Terms(json, "becomes", line.Right);
        });
        Array(json, "streams", sheet.Streams, s => WriteStream(json, s));
        Array(json, "networks", sheet.Networks, n => WriteNetwork(json, n));
        Terms(json, "notes", sheet.Notes);
        json.WriteEndObject();
    }

    private static void WriteStream(Utf8JsonWriter json, SoakStream s)
    {
        json.WriteString("stream", s.Stream);
        json.WriteString("recording", s.Record);
        json.WriteNumber("generated", s.Ledger.Generated);
        json.WriteNumber("acknowledged", s.Ledger.Acknowledged);
        json.WriteNumber("dropped", s.Ledger.Dropped);
        json.WriteNumber("stored", s.Ledger.Stored);
        json.WriteNumber("alertsExpected", s.Expected);
        json.WriteNumber("alertsMissing", s.Missing);
        json.WriteNumber("alertsUnexpected", s.Unexpected);
    }

    private static void WriteNetwork(Utf8JsonWriter json, SoakNetwork n)
    {
        ProxyCounters c = n.Counters;
        json.WriteString("side", n.Side);
        Array(json, "faults", n.Faults, fault =>
        {
            json.WriteString("kind", fault.Kind.ToString());
            json.WriteNumber("count", fault.Count);
            json.WriteNumber("seconds", Math.Round(fault.Seconds, 3));
        });
        json.WriteNumber("connections", c.Accepted);
        json.WriteNumber("refused", c.Refused);
        json.WriteNumber("resets", c.Resets);
        json.WriteNumber("clientsDied", c.ClientsDied);
        json.WriteNumber("targetsDied", c.TargetsDied);
        json.WriteNumber("bytesToBroker", c.BytesToTarget);
        json.WriteNumber("bytesFromBroker", c.BytesToClient);
        json.WriteNumber("bytesSwallowed", c.BytesSwallowed);
        json.WriteNumber("pieces", c.Pieces);
    }

    private static void Terms(Utf8JsonWriter json, string name, IReadOnlyList<(string Name, long Value)> terms)
    {
        json.WriteStartObject(name);
        foreach ((string term, long value) in terms)
        {
            json.WriteNumber(term, value);
        }

        json.WriteEndObject();
    }

    private static void Array<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
