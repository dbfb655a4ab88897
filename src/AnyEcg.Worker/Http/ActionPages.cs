using System.Buffers;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>Actions over HTTP: the same requests, rules and answers as over MQTT, with the operator of the token.</summary>
internal sealed class ActionPages(CommandDesk desk, StoreReads reads, TimeProvider time)
{
    private const int MostBytes = (16 << 10) + 1;

    /// <summary>Beyond it the store or the engine is held up; the action may still be carried out.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public void Map(WebApplication app)
    {
        foreach (CommandKind kind in new[] { CommandKind.Pause, CommandKind.Resume, CommandKind.Limits, CommandKind.Admit, CommandKind.Discharge })
        {
            app.MapPost($"/streams/{{group}}/{{stream}}/{kind.WireName()}", (string group, string stream, HttpContext context) =>
                TakeAsync(new StreamKey(group, stream), kind, null, context));
        }

        app.MapPost("/alerts/{id:guid}/acknowledge", AcknowledgeAsync);
    }

    /// <summary>An answer as a page, with the status that goes with it.</summary>
    public static IResult Page(CommandAnswer answer)
    {
        ArrayBufferWriter<byte> body = new(256);
        answer.Write(body);
        return new BytesResult(body.WrittenMemory.ToArray(), CommandAnswer.ContentType, Status(answer));
    }

    /// <summary>The store cannot be read.</summary>
    public static IResult Unavailable(CommandRefusal refusal) =>
        Results.Json(new { outcome = CommandOutcome.Refused.WireName(), reason = refusal.WireName() }, statusCode: StatusCodes.Status503ServiceUnavailable);

    private static int Status(CommandAnswer answer) => (answer.Outcome, answer.Reason) switch
    {
        (CommandOutcome.Done or CommandOutcome.NothingToDo, _) => StatusCodes.Status200OK,
        (CommandOutcome.UnknownAlert, _) => StatusCodes.Status404NotFound,
        (_, "unknown-stream" or "no-samples") => StatusCodes.Status404NotFound,
        (_, "busy" or "no-store" or "store-unavailable") => StatusCodes.Status503ServiceUnavailable,
        (_, { } reason) when Enum.GetValues<CommandRejection>().Any(r => r.WireName() == reason) => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status409Conflict,
    };

    private async Task<IResult> AcknowledgeAsync(Guid id, HttpContext context)
    {
        (StoredAlert? alert, CommandRefusal refusal) = await reads.ReadAsync(reader => reader.Alert(id)).ConfigureAwait(false);
        if (alert is null)
        {
            return refusal == CommandRefusal.None ? Results.NotFound() : Unavailable(refusal);
        }

        return await TakeAsync(alert.Stream, CommandKind.Acknowledge, id, context).ConfigureAwait(false);
    }

    private async Task<IResult> TakeAsync(StreamKey key, CommandKind kind, Guid? alertId, HttpContext context)
    {
        HttpCaller caller = HttpGate.CallerOf(context);
        byte[] body = await BodyAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        CommandGiven given = new() { Stream = key, Kind = kind, AlertId = alertId, Operator = caller.Operator };
        CommandRejection fault = CommandRequest.TryParse(body, given, out CommandRequest? request);
        TaskCompletionSource<CommandAnswer> answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (fault != CommandRejection.None)
        {
            desk.Refuse(key, null, fault.WireName(), caller.Source, time.NowNs(), answer => answered.TrySetResult(answer));
        }
        else
        {
            desk.Take(key, request!, caller.Source, time.NowNs(), new CommandTicket(default, request!, answer => answered.TrySetResult(answer)));
        }

        try
        {
            return Page(await answered.Task.WaitAsync(Patience, time, context.RequestAborted).ConfigureAwait(false));
        }
        catch (TimeoutException)
        {
            return Results.StatusCode(StatusCodes.Status504GatewayTimeout);
        }
    }

    /// <summary>As much as can be a request, and a byte more; nothing at all stands for an object without fields.</summary>
    private static async Task<byte[]> BodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[MostBytes];
        int length = await request.Body.ReadAtLeastAsync(buffer, MostBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return length == 0 ? "{}"u8.ToArray() : buffer[..length];
    }
}

/// <summary>Bytes with a status.</summary>
internal sealed class BytesResult(byte[] body, string contentType, int status = StatusCodes.Status200OK) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = contentType;
        httpContext.Response.ContentLength = body.Length;
        return httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}
