using System.Buffers;
using System.Text;
using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>
/// The audit trail: what operators did and were refused, as rows of the store. What was asked of a stream that is not known is only counted,
/// or invented names would fill the store. Any thread.
/// </summary>
internal static class CommandAudit
{
    /// <summary>The row of an action that the engine has judged.</summary>
    public static ActionWork Of(StreamKey key, StreamCommand command, long receivedNs, long? toldNs, AlertActionResult result) => new(key)
    {
        TimeNs = toldNs ?? receivedNs,
        ReceivedNs = receivedNs,
        Operator = command.Action.Operator,
        Kind = Name(command.Kind),
        Reason = command.Action.Reason,
        Outcome = Outcome(result).WireName(),
        Detail = Detail(command, command.Source, result.Reason),
    };

    /// <summary>The row of an action that did not reach the engine.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="request">Null where it could not be read.</param>
    /// <param name="receivedNs">When it came.</param>
    /// <param name="source">How.</param>
    /// <param name="refusal">Why.</param>
    public static ActionWork Refused(StreamKey key, CommandRequest? request, long receivedNs, string source, string refusal) => new(key)
    {
        TimeNs = request?.TimeNs ?? receivedNs,
        ReceivedNs = receivedNs,
        Operator = request?.Operator ?? "",
        Kind = request?.Kind.WireName() ?? "unreadable",
        Reason = request?.Reason,
        Outcome = CommandOutcome.Refused.WireName(),
        Detail = Detail(null, source, refusal),
    };

    public static CommandOutcome Outcome(AlertActionResult result) => result.Outcome switch
    {
        AlertActionOutcome.Done => CommandOutcome.Done,
        AlertActionOutcome.NothingToDo => CommandOutcome.NothingToDo,
        AlertActionOutcome.UnknownAlert => CommandOutcome.UnknownAlert,
        _ => CommandOutcome.Refused,
    };

    public static string Name(StreamCommandKind kind) => KindOf(kind).WireName();

    public static CommandKind KindOf(StreamCommandKind kind) => kind switch
    {
        StreamCommandKind.Acknowledge => CommandKind.Acknowledge,
        StreamCommandKind.Pause => CommandKind.Pause,
        StreamCommandKind.Resume => CommandKind.Resume,
        StreamCommandKind.Limits => CommandKind.Limits,
        StreamCommandKind.Admit => CommandKind.Admit,
        _ => CommandKind.Discharge,
    };

    private static string Detail(StreamCommand? command, string? source, string? refusal)
    {
        ArrayBufferWriter<byte> output = new(256);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            if (source is not null)
            {
                json.WriteString("source"u8, source);
            }

            if (refusal is not null)
            {
                json.WriteString("refusal"u8, refusal);
            }

            if (command is not null)
            {
                ArrayBufferWriter<byte> body = new(256);
                StreamCommandJson.Write(command, body);
                json.WritePropertyName("command"u8);
                json.WriteRawValue(body.WrittenSpan);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
