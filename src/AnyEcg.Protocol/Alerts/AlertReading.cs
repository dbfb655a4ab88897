using System.Text.Json;
using AnyEcg.Alerts;

namespace AnyEcg.Protocol;

/// <summary>What a subscriber needs of an alert document: reading side of <see cref="AlertDocument"/>.</summary>
public sealed record AlertReading
{
    public required Guid AlertId { get; init; }

    public required int Revision { get; init; }

    public required string Group { get; init; }

    public required string Stream { get; init; }

    public required AlertKind Kind { get; init; }

    public required AlertPhase Phase { get; init; }

    public required AlertPriority Priority { get; init; }

    public required AlertSignal Signal { get; init; }

    public required bool ConditionPresent { get; init; }

    public required uint Epoch { get; init; }

    /// <summary>300 Hz samples of the epoch.</summary>
    public required long OnsetSample { get; init; }

    /// <summary>Nanoseconds since the Unix epoch, to the millisecond.</summary>
    public required long OnsetNs { get; init; }

    /// <summary>300 Hz samples of the epoch.</summary>
    public long? EndSample { get; init; }

    public required string Limit { get; init; }

    /// <summary>From data older than the reorder tolerance.</summary>
    public bool Historical { get; init; }

    /// <summary>Of a paused signal: until when, nanoseconds since the Unix epoch.</summary>
    public long? PausedUntilNs { get; init; }

    /// <summary>Of a retraction: what disproved the alert.</summary>
    public string? Retraction { get; init; }

    /// <summary>What other than the samples caused the transition; null where the samples did.</summary>
    public TransitionAction? Action { get; init; }

    /// <summary>Nothing is left to be done: neither does the condition hold nor does the signal wait for anybody.</summary>
    public bool IsOver => !ConditionPresent && Signal == AlertSignal.Off;

    /// <summary>Reads a payload; null for anything that is no alert document.</summary>
    public static AlertReading? TryParse(ReadOnlyMemory<byte> utf8)
    {
        using JsonDocument? document = Open(utf8);
        return document is null ? null : Read(document.RootElement);
    }

    /// <summary>A document to be disposed, or null for text that is no JSON object.</summary>
    internal static JsonDocument? Open(ReadOnlyMemory<byte> utf8)
    {
        JsonDocument? document = utf8.Length > DescriptorJson.MaxBytes ? null : JsonText.TryParse(utf8);
        if (document?.RootElement.ValueKind is null or JsonValueKind.Object)
            return document;
        document.Dispose();
        return null;
    }

    internal static AlertReading? Read(JsonElement root) =>
        root.TryObject("condition", out JsonElement condition) && root.TryObject("evidence", out JsonElement evidence) ? Read(root, condition, evidence) : null;

    private static AlertReading? Read(JsonElement root, JsonElement condition, JsonElement evidence)
    {
        bool good = root.TryText("alertId", out string? id)
            & root.TryText("group", out string? group)
            & root.TryText("stream", out string? stream)
            & root.TryInteger("revision", 1, int.MaxValue, null, out long? revision)
            & root.TryName("kind", WireNames.Kinds, out int? kind)
            & root.TryName("phase", WireNames.Phases, out int? phase)
            & root.TryName("priority", WireNames.Priorities, out int? priority)
            & root.TryName("signal", WireNames.Signals, out int? signal)
            & evidence.TryInteger("epoch", 0, uint.MaxValue, null, out long? epoch)
            & condition.TryInteger("onsetSample", long.MinValue, long.MaxValue, null, out long? onset)
            & condition.TryTime("onset", out long? onsetNs)
            & condition.TryInteger("endSample", long.MinValue, long.MaxValue, null, out long? end)
            & condition.TryText("limit", out string? limit)
            & root.TryTime("pausedUntil", out long? pausedUntil)
            & root.TryText("retraction", out string? retraction)
            & TryAction(root, out TransitionAction? action);
        bool historical = root.TryGetProperty("historical", out JsonElement old) && old.ValueKind == JsonValueKind.True;
        bool present = condition.TryGetProperty("present", out JsonElement flag) && flag.ValueKind == JsonValueKind.True;
        if (!good || !Guid.TryParse(id, out Guid alertId) || group is null || stream is null || limit is null
            || revision is null || kind is null || phase is null || priority is null || signal is null || epoch is null || onset is null || onsetNs is null)
            return null;

        return new AlertReading
        {
            AlertId = alertId,
            Revision = (int)revision,
            Group = group,
            Stream = stream,
            Kind = (AlertKind)kind,
            Phase = (AlertPhase)phase,
            Priority = (AlertPriority)priority,
            Signal = (AlertSignal)signal,
            ConditionPresent = present,
            Epoch = (uint)epoch,
            OnsetSample = onset.Value,
            OnsetNs = onsetNs.Value,
            EndSample = end,
            Limit = limit,
            Historical = historical,
            PausedUntilNs = pausedUntil,
            Retraction = retraction,
            Action = action,
        };
    }

    private static bool TryAction(JsonElement root, out TransitionAction? action)
    {
        action = null;
        if (!root.TryGetProperty("action", out JsonElement element))
            return true;
        if (element.ValueKind != JsonValueKind.Object)
            return false;
        bool good = element.TryName("kind", WireNames.Actions, out int? kind)
            & element.TryText("operator", out string? who)
            & element.TryText("reason", out string? reason)
            & element.TryTime("time", out long? time);
        action = good && kind is not null && time is not null ? new((TransitionActionKind)kind, who, reason, time.Value) : null;
        return action is not null;
    }
}
