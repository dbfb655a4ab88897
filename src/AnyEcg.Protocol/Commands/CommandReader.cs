using System.Text.Json;
using AnyEcg.Alerts;

namespace AnyEcg.Protocol;

/// <summary>Reading side of <see cref="CommandRequest"/>.</summary>
internal static class CommandReader
{
    private const int MaxOperator = 64, MaxReason = 200;

    private static readonly string[] Names = Rejections.Names<CommandKind>();
    private static readonly string[] Common = ["command", "group", "stream"];
    private static readonly string[] Who = ["operator", "reason", "time"];

    /// <summary>By kind: the fields that it has beside the common ones.</summary>
    private static readonly string[][] Fields =
    [
        ["alertId", .. Who],
        ["kind", "seconds", .. Who],
        ["kind", .. Who],
        ["limits", .. Who],
        Who,
        ["erase", .. Who],
        ["alertId", "seconds", "epoch", "from", "to"],
        [],
    ];

    public static CommandRejection TryParse(ReadOnlyMemory<byte> utf8, in CommandGiven given, out CommandRequest? request)
    {
        request = null;
        DocumentRejection opened = StatusJson.Open(utf8, given.Stream, out JsonDocument? document);
        if (opened != DocumentRejection.None)
        {
            return opened switch
            {
                DocumentRejection.TooLarge => CommandRejection.TooLarge,
                DocumentRejection.StreamMismatch => CommandRejection.StreamMismatch,
                DocumentRejection.BadField => CommandRejection.BadField,
                _ => CommandRejection.BadJson,
            };
        }

        using (document)
        {
            JsonElement root = document!.RootElement;
            if (!root.TryName("command", Names, out int? named) || (named ?? (int?)given.Kind) is not { } kind || kind != (int)(given.Kind ?? (CommandKind)kind))
                return CommandRejection.UnknownCommand;
            if (!root.EnumerateObject().All(field => Array.Exists(Common, field.NameEquals) || Array.Exists(Fields[kind], field.NameEquals)))
                return CommandRejection.UnknownField;
            CommandRequest? read = Read(root, (CommandKind)kind, given);
            CommandRejection fault = read is null ? CommandRejection.BadField : Judge(read, root);
            request = fault == CommandRejection.None ? read : null;
            return fault;
        }
    }

    /// <summary>The fields, each within its range; null for one that is not, or is not what is known already.</summary>
    private static CommandRequest? Read(JsonElement root, CommandKind kind, in CommandGiven given)
    {
        int most = kind == CommandKind.Strip ? StripRange.MaxSeconds : CommandRequest.MaxPauseSeconds;
        bool good = TryAlertId(root, out Guid? alertId)
            & root.TryName("kind", WireNames.Kinds, out int? alert)
            & root.TryInteger("seconds", 1, most, null, out long? seconds)
            & TryWords(root, "operator", 1, MaxOperator, out string? who)
            & TryWords(root, "reason", 0, MaxReason, out string? reason)
            & root.TryTime("time", out long? time)
            & TryLimits(root, out IReadOnlyDictionary<AlertKind, AlertKindOptions>? limits)
            & TryFlag(root, "erase", out bool erase)
            & root.TryInteger("epoch", 0, uint.MaxValue, null, out long? epoch)
            & root.TryInteger("from", 0, FrameLimits.MaxFirstSample, null, out long? from)
            & root.TryInteger("to", 0, FrameLimits.MaxFirstSample, null, out long? to)
            & (given.AlertId is null || alertId is null || alertId == given.AlertId)
            & (given.Operator is null || who is null || who == given.Operator);
        return !good ? null : new CommandRequest
        {
            Kind = kind,
            AlertId = alertId ?? given.AlertId,
            Alert = (AlertKind?)alert,
            Seconds = (int?)seconds,
            Operator = who ?? given.Operator,
            Reason = reason,
            TimeNs = time,
            Limits = limits,
            Erase = erase,
            Epoch = (uint?)epoch,
            From = from,
            To = to,
        };
    }

    private static CommandRejection Judge(CommandRequest request, JsonElement root)
    {
        bool range = request.Epoch is not null && request.From is not null && request.To is not null;
        bool complete = (request.OnlyReads || request.Operator is not null) && request.Kind switch
        {
            CommandKind.Acknowledge => request.AlertId is not null,
            CommandKind.Pause => request.Seconds is not null,
            CommandKind.Limits => root.TryGetProperty("limits", out _),
            CommandKind.Strip => request.AlertId is not null || range,
            _ => true,
        };
        if (!complete)
            return CommandRejection.MissingField;
        if (request.Kind != CommandKind.Strip)
            return CommandRejection.None;
        bool both = request.AlertId is not null && (request.Epoch ?? request.From ?? request.To) is not null;
        bool badRange = range && (request.Seconds is not null || request.To <= request.From || request.To - request.From > CommandRequest.MaxStripSamples);
        return both || badRange ? CommandRejection.BadField : CommandRejection.None;
    }

    private static bool TryAlertId(JsonElement root, out Guid? id)
    {
        id = null;
        if (!root.TryText("alertId", out string? text))
            return false;
        bool good = Guid.TryParseExact(text, "D", out Guid parsed);
        id = good ? parsed : null;
        return good || text is null;
    }

    private static bool TryLimits(JsonElement root, out IReadOnlyDictionary<AlertKind, AlertKindOptions>? limits)
    {
        limits = null;
        if (!root.TryGetProperty("limits", out JsonElement element) || element.ValueKind == JsonValueKind.Null)
            return true;
        limits = LimitsJson.TryRead(element);
        return limits is not null;
    }

    private static bool TryFlag(JsonElement root, string name, out bool flag)
    {
        bool there = root.TryGetProperty(name, out JsonElement element);
        flag = there && element.ValueKind == JsonValueKind.True;
        return !there || element.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null;
    }

    private static bool TryWords(JsonElement root, string name, int min, int max, out string? words)
        => root.TryText(name, out words) && (words is null || (words.Length >= min && words.Length <= max && !words.Any(char.IsControl)));
}
