using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>What a backend asks of the worker.</summary>
public enum CommandKind : byte
{
    /// <summary>Somebody has seen an alert.</summary>
    Acknowledge,

    /// <summary>No signal for a while, for one kind of alert or for all.</summary>
    Pause,

    /// <summary>The samples of an alert, or of a range.</summary>
    Strip,
}

/// <summary>
/// A request on the command topic of a stream; Response Topic and Correlation Data come with its message. Immutable. Fields that
/// its kind does not have are null. Strict where device documents are lenient: an unknown field is refused.
/// </summary>
public sealed record CommandRequest
{
    /// <summary>Longest pause: a day.</summary>
    public const int MaxPauseSeconds = 86_400;

    /// <summary>Longest strip in 300 Hz samples: ten minutes.</summary>
    public const int MaxStripSamples = 10 * 60 * PatchSecond.ModelRateHz;

    private const int MaxOperator = 64, MaxReason = 200;

    private static readonly string[] Names = Rejections.Names<CommandKind>();
    private static readonly string[] Common = ["command", "group", "stream"];
    private static readonly string[][] Fields =
    [
        ["alertId", "operator", "reason", "time"],
        ["kind", "seconds", "operator", "reason", "time"],
        ["alertId", "epoch", "from", "to"],
    ];

    public required CommandKind Kind { get; init; }

    /// <summary>Of an acknowledgement, always; of a strip instead of a range.</summary>
    public Guid? AlertId { get; init; }

    /// <summary>Of a pause: the kind of alert; null for all.</summary>
    public AlertKind? Alert { get; init; }

    /// <summary>Of a pause: its length, 1 to <see cref="MaxPauseSeconds"/>.</summary>
    public int? Seconds { get; init; }

    /// <summary>Who does it, 1 to 64 characters; always there but for a strip.</summary>
    public string? Operator { get; init; }

    /// <summary>At most 200 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was done, nanoseconds since the Unix epoch; null: when the message came.</summary>
    public long? TimeNs { get; init; }

    /// <summary>Epoch of the range of a strip.</summary>
    public uint? Epoch { get; init; }

    /// <summary>Range of a strip, 300 Hz samples of the epoch, from the first to before <see cref="To"/>.</summary>
    public long? From { get; init; }

    /// <inheritdoc cref="From"/>
    public long? To { get; init; }

    /// <summary>Reads a payload; <paramref name="request"/> is null exactly when a reason is returned.</summary>
    public static CommandRejection TryParse(ReadOnlyMemory<byte> utf8, out CommandRequest? request, StreamKey? topic = null)
    {
        request = null;
        DocumentRejection opened = StatusJson.Open(utf8, topic, out JsonDocument? document);
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
            if (!root.TryName("command", Names, out int? kind) || kind is null)
                return CommandRejection.UnknownCommand;
            if (!root.EnumerateObject().All(field => Array.Exists(Common, field.NameEquals) || Array.Exists(Fields[kind.Value], field.NameEquals)))
                return CommandRejection.UnknownField;
            CommandRequest? read = Read(root, (CommandKind)kind);
            CommandRejection fault = read is null ? CommandRejection.BadField : read.Judge();
            request = fault == CommandRejection.None ? read : null;
            return fault;
        }
    }

    /// <summary>The fields, each within its range; null for one that is not.</summary>
    private static CommandRequest? Read(JsonElement root, CommandKind kind)
    {
        bool good = TryAlertId(root, out Guid? alertId)
            & root.TryName("kind", WireNames.Kinds, out int? alert)
            & root.TryInteger("seconds", 1, MaxPauseSeconds, null, out long? seconds)
            & TryWords(root, "operator", 1, MaxOperator, out string? who)
            & TryWords(root, "reason", 0, MaxReason, out string? reason)
            & root.TryTime("time", out long? time)
            & root.TryInteger("epoch", 0, uint.MaxValue, null, out long? epoch)
            & root.TryInteger("from", 0, FrameLimits.MaxFirstSample, null, out long? from)
            & root.TryInteger("to", 0, FrameLimits.MaxFirstSample, null, out long? to);
        return !good ? null : new CommandRequest
        {
            Kind = kind,
            AlertId = alertId,
            Alert = (AlertKind?)alert,
            Seconds = (int?)seconds,
            Operator = who,
            Reason = reason,
            TimeNs = time,
            Epoch = (uint?)epoch,
            From = from,
            To = to,
        };
    }

    private CommandRejection Judge()
    {
        bool range = Epoch is not null && From is not null && To is not null;
        bool complete = Kind switch
        {
            CommandKind.Acknowledge => AlertId is not null && Operator is not null,
            CommandKind.Pause => Seconds is not null && Operator is not null,
            _ => AlertId is not null || range,
        };
        if (!complete)
            return CommandRejection.MissingField;
        bool both = Kind == CommandKind.Strip && AlertId is not null && (Epoch ?? From ?? To) is not null;
        bool badRange = range && (To <= From || To - From > MaxStripSamples);
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

    private static bool TryWords(JsonElement root, string name, int min, int max, out string? words)
        => root.TryText(name, out words) && (words is null || (words.Length >= min && words.Length <= max && !words.Any(char.IsControl)));
}
