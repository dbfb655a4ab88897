using System.Collections.Immutable;
using System.Text.Json;
using AnyEcg.Alerts;

namespace AnyEcg.Protocol;

/// <summary>
/// A stream's own limits as JSON: an object of kinds, each with the deviations of <see cref="AlertKindOptions"/> in camel case. What is
/// null or left out keeps the site's value. Types and names are judged here; the ranges by <see cref="AlertSettings.Faults"/>.
/// </summary>
public static class LimitsJson
{
    private static readonly ImmutableArray<Field> Fields =
    [
        new("enabled", Flag((o, v) => o.Enabled = v), (json, o) => Write(json, "enabled", o.Enabled)),
        new("priority", TryPriority, (json, o) => Write(json, "priority", o.Priority)),
        new("limit", Number((o, v) => o.Limit = v), (json, o) => Write(json, "limit", o.Limit)),
        new("offLimit", Number((o, v) => o.OffLimit = v), (json, o) => Write(json, "offLimit", o.OffLimit)),
        new("over", Count((o, v) => o.Over = v), (json, o) => Write(json, "over", o.Over)),
        new("onSeconds", Count((o, v) => o.OnSeconds = v), (json, o) => Write(json, "onSeconds", o.OnSeconds)),
        new("onOfSeconds", Count((o, v) => o.OnOfSeconds = v), (json, o) => Write(json, "onOfSeconds", o.OnOfSeconds)),
        new("offSeconds", Count((o, v) => o.OffSeconds = v), (json, o) => Write(json, "offSeconds", o.OffSeconds)),
        new("offOfSeconds", Count((o, v) => o.OffOfSeconds = v), (json, o) => Write(json, "offOfSeconds", o.OffOfSeconds)),
        new("refractorySeconds", Count((o, v) => o.RefractorySeconds = v), (json, o) => Write(json, "refractorySeconds", o.RefractorySeconds)),
        new("updateSeconds", Count((o, v) => o.UpdateSeconds = v), (json, o) => Write(json, "updateSeconds", o.UpdateSeconds)),
        new("latching", Flag((o, v) => o.Latching = v), (json, o) => Write(json, "latching", o.Latching)),
        new("escalateSeconds", Count((o, v) => o.EscalateSeconds = v), (json, o) => Write(json, "escalateSeconds", o.EscalateSeconds)),
    ];

    private delegate bool Take(JsonElement value, AlertKindOptions options);

    /// <summary>Reads an object; null for one with an unknown kind or field, or a value of the wrong type.</summary>
    public static IReadOnlyDictionary<AlertKind, AlertKindOptions>? TryRead(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return null;
        SortedDictionary<AlertKind, AlertKindOptions> limits = [];
        foreach (JsonProperty kind in element.EnumerateObject())
        {
            int index = Array.FindIndex(WireNames.Kinds, kind.NameEquals);
            if (index < 0 || ReadKind(kind.Value) is not { } options || !limits.TryAdd((AlertKind)index, options))
                return null;
        }

        return limits;
    }

    /// <summary>Writes the object, exactly what <see cref="TryRead"/> reads.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyDictionary<AlertKind, AlertKindOptions> limits)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(limits);
        json.WriteStartObject();
        foreach ((AlertKind kind, AlertKindOptions options) in limits)
        {
            json.WriteStartObject(kind.WireName());
            foreach (Field field in Fields)
                field.Write(json, options);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static AlertKindOptions? ReadKind(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return null;
        AlertKindOptions options = new();
        foreach (JsonProperty property in element.EnumerateObject())
        {
            Field? field = Fields.FirstOrDefault(f => property.NameEquals(f.Name));
            if (field is null || (property.Value.ValueKind != JsonValueKind.Null && !field.Take(property.Value, options)))
                return null;
        }

        return options;
    }

    private static Take Flag(Action<AlertKindOptions, bool> set) => (value, options) =>
    {
        bool good = value.ValueKind is JsonValueKind.True or JsonValueKind.False;
        if (good)
            set(options, value.GetBoolean());
        return good;
    };

    private static Take Number(Action<AlertKindOptions, double> set) => (value, options) =>
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number) || !double.IsFinite(number))
            return false;
        set(options, number);
        return true;
    };

    private static Take Count(Action<AlertKindOptions, int> set) => (value, options) =>
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int count))
            return false;
        set(options, count);
        return true;
    };

    private static bool TryPriority(JsonElement value, AlertKindOptions options)
    {
        int index = value.TryString(out string? name) ? Array.IndexOf(WireNames.Priorities, name) : -1;
        if (index >= 0)
            options.Priority = (AlertPriority)index;
        return index >= 0;
    }

    private static void Write(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is bool flag)
            json.WriteBoolean(name, flag);
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is double number)
            json.WriteNumber(name, number);
    }

    private static void Write(Utf8JsonWriter json, string name, int? value)
    {
        if (value is int count)
            json.WriteNumber(name, count);
    }

    private static void Write(Utf8JsonWriter json, string name, AlertPriority? value)
    {
        if (value is AlertPriority priority)
            json.WriteString(name, priority.WireName());
    }

    private sealed record Field(string Name, Take Take, Action<Utf8JsonWriter, AlertKindOptions> Write);
}
