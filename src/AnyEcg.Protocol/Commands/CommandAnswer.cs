using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>The answer to a <see cref="CommandRequest"/>. Immutable.</summary>
public sealed record CommandAnswer
{
    public const string ContentType = "application/json";

    private static readonly string[] Outcomes = Rejections.Names<CommandOutcome>();
    private static readonly string[] Kinds = Rejections.Names<CommandKind>();

    public required CommandOutcome Outcome { get; init; }

    /// <summary>Why it was refused: a name of <see cref="CommandRejection"/> or <see cref="CommandRefusal"/>, or words; else null.</summary>
    public string? Reason { get; init; }

    /// <summary>Whose stream.</summary>
    public required StreamKey Key { get; init; }

    /// <summary>What was asked; null where that could not be read.</summary>
    public CommandKind? Command { get; init; }

    /// <summary>A strip's document (<see cref="StripDocument"/>), which is trusted to be one.</summary>
    public ReadOnlyMemory<byte>? Strip { get; init; }

    /// <summary>Documents of the alerts that are not over (<see cref="AlertDocument"/>), which are trusted to be such; default where none were asked for.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Alerts { get; init; }

    /// <summary>Writes the document.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        using Utf8JsonWriter json = new(output, JsonOutput.Options);
        json.WriteStartObject();
        json.WriteString("outcome"u8, Outcome.WireName());
        if (Reason is not null)
            json.WriteString("reason"u8, Reason);
        json.WriteString("group"u8, Key.Group);
        json.WriteString("stream"u8, Key.Stream);
        if (Command is { } command)
            json.WriteString("command"u8, command.WireName());
        if (Strip is { } strip)
        {
            json.WritePropertyName("strip"u8);
            json.WriteRawValue(strip.Span, skipInputValidation: true);
        }

        if (!Alerts.IsDefault)
        {
            json.WriteStartArray("alerts"u8);
            foreach (ReadOnlyMemory<byte> alert in Alerts)
                json.WriteRawValue(alert.Span, skipInputValidation: true);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>Reads an answer as a backend does; null for anything that is none. Strip and alerts are given as they stand.</summary>
    public static CommandAnswer? TryParse(ReadOnlyMemory<byte> utf8)
    {
        using JsonDocument? document = utf8.Length > StripDocument.MaxBytes ? null : JsonText.TryParse(utf8);
        if (document is null || document.RootElement.ValueKind != JsonValueKind.Object)
            return null;
        JsonElement root = document.RootElement;
        bool good = root.TryName("outcome", Outcomes, out int? outcome)
            & root.TryText("reason", out string? reason)
            & root.TryText("group", out string? group)
            & root.TryText("stream", out string? stream)
            & root.TryName("command", Kinds, out int? command);
        bool listed = root.TryGetProperty("alerts", out JsonElement alerts);
        bool drawn = root.TryGetProperty("strip", out JsonElement strip);
        if (!good || outcome is null || group is null || stream is null || (listed && alerts.ValueKind != JsonValueKind.Array))
            return null;
        return new CommandAnswer
        {
            Outcome = (CommandOutcome)outcome,
            Reason = reason,
            Key = new StreamKey(group, stream),
            Command = (CommandKind?)command,
            Strip = drawn ? Bytes(strip) : default(ReadOnlyMemory<byte>?),
            Alerts = listed ? [.. alerts.EnumerateArray().Select(Bytes)] : default,
        };
    }

    private static ReadOnlyMemory<byte> Bytes(JsonElement element) => JsonMarshal.GetRawUtf8Value(element).ToArray();
}
