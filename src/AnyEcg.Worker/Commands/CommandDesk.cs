using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>
/// Takes requests, however they came: an action becomes an input of its stream, in the order of all its inputs; what only reads goes to the
/// readers of the store. Every request gets exactly one answer, or none where the worker ends before. Never waits. Any thread.
/// </summary>
internal sealed class CommandDesk(
    IEngineDoor engine, StreamDirectory directory, StreamBoard board, StoreHost store, StoreReads reads, CommandMetrics metrics)
{
    /// <summary>Takes a request that could be read.</summary>
    /// <returns>Null where the acknowledgement follows once the action is durable; else what to acknowledge with.</returns>
    public MqttReasonCode? Take(StreamKey key, CommandRequest request, string source, long nowNs, CommandTicket ticket)
    {
        if (request.OnlyReads)
        {
            reads.Take(key, request, answer => Answer(ticket, answer, source));
            return MqttReasonCode.Success;
        }

        // Of a stream that is gone there may be alerts left that wait for somebody; the board shows them.
        if (directory.Find(key)?.Described is null && !board.Shows(key))
        {
            Answer(ticket, Refused(key, request.Kind, CommandRefusal.UnknownStream), source);
            return MqttReasonCode.ImplementationSpecificError;
        }

        StreamCommand command = Command(request, source, nowNs);
        CommandTicket counted = ticket with { Answer = answer => Answer(ticket, answer, source) };
        if (engine.TrySubmit(EngineInput.OfCommand(key, command, nowNs, counted)))
        {
            return null;
        }

        Refuse(key, request, CommandRefusal.Busy.WireName(), source, nowNs, ticket.Answer);
        return MqttReasonCode.QuotaExceeded;
    }

    /// <summary>A request that goes no further; of a stream that is known, with a row in the audit trail.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="request">Null where it could not be read.</param>
    /// <param name="reason">Why.</param>
    /// <param name="source">How it came.</param>
    /// <param name="nowNs">When it came.</param>
    /// <param name="answer">Who waits.</param>
    public void Refuse(StreamKey key, CommandRequest? request, string reason, string source, long nowNs, Action<CommandAnswer> answer)
    {
        if (directory.Find(key)?.Described is not null)
        {
            store.Writer?.TryPost(CommandAudit.Refused(key, request, nowNs, source, reason));
        }

        CommandAnswer refused = new() { Outcome = CommandOutcome.Refused, Reason = reason, Key = key, Command = request?.Kind };
        metrics.Answered(refused, source);
        answer(refused);
    }

    public static CommandAnswer Refused(StreamKey key, CommandKind kind, CommandRefusal reason) =>
        new() { Outcome = CommandOutcome.Refused, Reason = reason.WireName(), Key = key, Command = kind };

    private void Answer(CommandTicket ticket, CommandAnswer answer, string source)
    {
        metrics.Answered(answer, source);
        ticket.Answer(answer);
    }

    /// <summary>An action takes effect when it was received. The end of a pause counts from the time told, so that a repeat changes nothing.</summary>
    private static StreamCommand Command(CommandRequest request, string source, long nowNs) => new()
    {
        Kind = request.Kind switch
        {
            CommandKind.Acknowledge => StreamCommandKind.Acknowledge,
            CommandKind.Pause => StreamCommandKind.Pause,
            CommandKind.Resume => StreamCommandKind.Resume,
            CommandKind.Limits => StreamCommandKind.Limits,
            CommandKind.Admit => StreamCommandKind.Admit,
            CommandKind.Discharge => StreamCommandKind.Discharge,
            _ => throw new ArgumentOutOfRangeException(nameof(request), request.Kind, "not an action"),
        },
        Action = new AlertAction(request.Operator!, request.Reason, nowNs),
        AlertId = request.AlertId ?? Guid.Empty,
        Alert = request.Alert,
        UntilNs = request.Seconds is int seconds ? unchecked((request.TimeNs ?? nowNs) + (seconds * 1_000_000_000L)) : 0,
        Limits = request.Limits is { Count: > 0 } limits ? limits : null,
        Erase = request.Erase,
        Source = source,
    };
}
