using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AnyEcg.Tool;

/// <summary>
/// The report as one JSON document whose keys users' scripts rely on (docs/evaluation.md). A figure that is not defined (nothing
/// to find, nothing found) is null. "gross" adds up counts over the records; "average" is the mean of the records' own figures.
/// What is written of a record is all that its scores are made of, so that reports can be merged.
/// </summary>
internal static class EvaluationJson
{
    public const string Schema = "anyecg-evaluation/1";

    /// <summary>Groups of figures that are left out where they do not apply; all others are there, or null.</summary>
    private static readonly string[] Optional = ["episodesTolerant.", "asystole."];

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower), new MicroConverter(), new IntervalConverter() },
    };

    public static void Write(Stream stream, EvaluationReport report)
    {
        JsonObject root = new() { ["schema"] = Schema };
        Copy(Node(report.Header), root);
        root["bootstrap"] = new JsonObject
        {
            ["resamples"] = report.Bootstrap.Resamples,
            ["seed"] = report.Bootstrap.Seed,
            ["level"] = Bootstrap.Level,
        };
        root["records"] = JsonSerializer.SerializeToNode(report.Records, Options);
        if (report.Conditions.Count > 0)
        {
            Copy(Of(report.Conditions[0]), root);
        }

        if (report.Conditions.Count > 1)
        {
            root["conditions"] = new JsonArray([.. report.Conditions.Select(Of)]);
        }

        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        root.WriteTo(json, Options);
    }

    /// <summary>Header and records of a report.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static (ReportHeader Header, IReadOnlyList<RecordScore> Records) Read(Stream stream)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(stream);
            JsonElement root = document.RootElement;
            return root.TryGetProperty("schema", out JsonElement schema) && schema.GetString() == Schema
                ? (root.Deserialize<ReportHeader>(Options)!, root.GetProperty("records").Deserialize<List<RecordScore>>(Options)!)
                : throw new FormatException($"not a report of the schema {Schema}.");
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException(fault.Message, fault);
        }
    }

    private static JsonObject Of(Condition condition)
    {
        JsonObject node = Of(condition.All);
        node["snrDb"] = condition.SnrDb;
        node["subsets"] = new JsonObject(condition.Subsets.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)Of(s.Value))));
        return node;
    }

    private static JsonObject Of(Summary summary)
    {
        JsonObject gross = Node(summary.Gross), average = [];
        gross.Insert(0, "records", summary.Names.Count);
        average["records"] = summary.Names.Count;
        foreach ((string name, FigureValue value) in summary.Figures.Where(f => f.Value.Gross is not null || !Optional.Any(o => f.Key.StartsWith(o, StringComparison.Ordinal))))
        {
            Set(gross, name, value.Gross);
            Set(average, name, value.Average);
        }

        return new JsonObject
        {
            ["recordNames"] = JsonSerializer.SerializeToNode(summary.Names, Options),
            ["gross"] = gross,
            ["average"] = average,
            ["alertRates"] = JsonSerializer.SerializeToNode(summary.AlertRates, Options),
            ["figures"] = JsonSerializer.SerializeToNode(summary.Figures.Where(f => f.Value.Gross is not null).ToDictionary(), Options),
        };
    }

    /// <summary>Sets a value by its path; where something on the way is null, there is nothing to set.</summary>
    private static void Set(JsonObject root, string path, double? value)
    {
        string[] names = path.Split('.');
        JsonObject at = root;
        foreach (string name in names[..^1])
        {
            if (!at.ContainsKey(name))
            {
                at[name] = new JsonObject();
            }

            if (at[name] is not JsonObject next)
            {
                return;
            }

            at = next;
        }

        at[names[^1]] = JsonSerializer.SerializeToNode(value, Options);
    }

    private static JsonObject Node<T>(T value) => JsonSerializer.SerializeToNode(value, Options)!.AsObject();

    private static void Copy(JsonObject from, JsonObject to)
    {
        foreach ((string name, JsonNode? value) in from.ToArray())
        {
            from.Remove(name);
            to[name] = value;
        }
    }

    /// <summary>A microsecond, or a millionth, is the last digit: the same run gives the same text on every machine.</summary>
    private sealed class MicroConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(Math.Round(value, 6));
    }

    /// <summary>[low, high].</summary>
    private sealed class IntervalConverter : JsonConverter<Interval>
    {
        public override Interval Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<double[]>(ref reader, options) is [var low, var high] ? new Interval(low, high) : throw new JsonException("an interval has two ends");

        public override void Write(Utf8JsonWriter writer, Interval value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, (double[])[value.Low, value.High], options);
    }
}
