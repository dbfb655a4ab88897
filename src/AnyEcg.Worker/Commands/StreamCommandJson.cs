using System.Buffers;
using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>
/// An operator's action as the journal holds it. What is read equals what was written, to the nanosecond and to the last bit of a limit. Names
/// and not numbers of enums, so that a journal outlives an insertion in one of them. Any thread.
/// </summary>
internal static class StreamCommandJson
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    public static void Write(StreamCommand command, IBufferWriter<byte> output)
    {
        using Utf8JsonWriter json = new(output);
        json.WriteStartObject();
        json.WriteString("kind"u8, command.Kind.ToString());
        json.WriteString("operator"u8, command.Action.Operator);
        if (command.Action.Reason is { } reason)
        {
            json.WriteString("reason"u8, reason);
        }

        json.WriteNumber("timeNs"u8, command.Action.TimeNs);
        if (command.AlertId != Guid.Empty)
        {
            json.WriteString("alertId"u8, command.AlertId);
        }

        if (command.Alert is { } alert)
        {
            json.WriteString("alert"u8, alert.ToString());
        }

        WriteRest(command, json);
        json.WriteEndObject();
    }

    /// <summary>Throws <see cref="InvalidDataException"/> for bytes that <see cref="Write"/> has not written.</summary>
    public static StreamCommand Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, Strict);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidDataException("An operator's action in the journal cannot be read.", e);
        }
    }

    private static void WriteRest(StreamCommand command, Utf8JsonWriter json)
    {
        if (command.UntilNs != 0)
        {
            json.WriteNumber("untilNs"u8, command.UntilNs);
        }

        if (command.Limits is { } limits)
        {
            json.WritePropertyName("limits"u8);
            LimitsJson.Write(json, limits);
        }

        if (command.Erase)
        {
            json.WriteBoolean("erase"u8, true);
        }

        if (command.Source is { } source)
        {
            json.WriteString("source"u8, source);
        }
    }

    private static StreamCommand Read(JsonElement root) => new()
    {
        Kind = Name<StreamCommandKind>(root.GetProperty("kind"u8)),
        Action = new AlertAction(
            root.GetProperty("operator"u8).GetString() ?? throw new FormatException("No operator."),
            Optional(root, "reason")?.GetString(),
            root.GetProperty("timeNs"u8).GetInt64()),
        AlertId = Optional(root, "alertId")?.GetGuid() ?? Guid.Empty,
        Alert = Optional(root, "alert") is { } alert ? Name<AlertKind>(alert) : null,
        UntilNs = Optional(root, "untilNs")?.GetInt64() ?? 0,
        Limits = Optional(root, "limits") is { } limits ? LimitsJson.TryRead(limits) ?? throw new FormatException("Limits.") : null,
        Erase = Optional(root, "erase")?.GetBoolean() ?? false,
        Source = Optional(root, "source")?.GetString(),
    };

    private static JsonElement? Optional(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) ? value : null;

    private static T Name<T>(JsonElement value)
        where T : struct, Enum =>
        Enum.TryParse(value.GetString(), out T named) && Enum.IsDefined(named) ? named : throw new FormatException(value.GetString());
}
