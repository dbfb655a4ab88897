using System.Buffers;
using System.Text.Json;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>What the store says of alerts, strips and operators' actions, as pages.</summary>
internal sealed class AlertPages(StoreReads reads)
{
    private const int MaxPage = 500;

    public void Map(WebApplication app)
    {
        app.MapGet("/alerts", (string? group, string? stream, int? skip, int? limit) =>
            JsonAsync(reader => Open(reader, group, stream, Math.Max(0, skip ?? 0), Math.Clamp(limit ?? 100, 1, MaxPage))));
        app.MapGet("/alerts/{id:guid}", AlertAsync);
        app.MapGet("/streams/{group}/{stream}/strip", StripAsync);
        app.MapGet("/streams/{group}/{stream}/actions", (string group, string stream, long? after, int? limit) =>
            JsonAsync(reader => Actions(reader, new StreamKey(group, stream), after ?? 0, Math.Clamp(limit ?? 100, 1, MaxPage))));
    }

    private static byte[] Open(StoreReader reader, string? group, string? stream, int skip, int limit)
    {
        StoredAlert[] open =
        [
            .. reader.OpenAlerts().Where(a => (group is null || a.Stream.Group == group) && (stream is null || a.Stream.Stream == stream)),
        ];
        return Written(json =>
        {
            json.WriteNumber("total"u8, open.Length);
            json.WriteStartArray("alerts"u8);
            foreach (StoredAlert alert in open.Skip(skip).Take(limit))
            {
                json.WriteRawValue(alert.Body, skipInputValidation: true);
            }

            json.WriteEndArray();
        });
    }

    private static byte[] Actions(StoreReader reader, StreamKey key, long after, int limit) => Written(json =>
    {
        json.WriteStartArray("actions"u8);
        foreach (StoredAction action in reader.Actions(key, after, limit))
        {
            json.WriteStartObject();
            json.WriteNumber("id"u8, action.Id);
            json.WriteString("time"u8, IsoTime.Format(action.TimeNs));
            json.WriteString("received"u8, IsoTime.Format(action.ReceivedNs));
            json.WriteString("operator"u8, action.Operator);
            json.WriteString("command"u8, action.Kind);
            json.WriteString("reason"u8, action.Reason);
            json.WriteString("outcome"u8, action.Outcome);
            if (action.Detail is { } detail)
            {
                json.WritePropertyName("detail"u8);
                json.WriteRawValue(detail, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>All revisions; or the latest in a hospital system's form.</summary>
    private async Task<IResult> AlertAsync(Guid id, string? format)
    {
        (IReadOnlyList<StoredTransition>? all, CommandRefusal refusal) = await reads.ReadAsync(reader => reader.Transitions(id)).ConfigureAwait(false);
        if (all is null)
        {
            return ActionPages.Unavailable(refusal);
        }

        if (all.Count == 0)
        {
            return Results.NotFound();
        }

        return format switch
        {
            null or "json" => new BytesResult(Revisions(all), "application/json"),
            "fhir" or "hl7" => Export(all[^1], format == "fhir"),
            _ => Results.BadRequest(),
        };
    }

    private static byte[] Revisions(IReadOnlyList<StoredTransition> all) => Written(json =>
    {
        json.WriteString("alertId"u8, all[0].AlertId);
        json.WriteString("group"u8, all[0].Stream.Group);
        json.WriteString("stream"u8, all[0].Stream.Stream);
        json.WriteBoolean("over"u8, all[^1].Over);
        json.WriteStartArray("revisions"u8);
        foreach (StoredTransition transition in all)
        {
            json.WriteRawValue(transition.Body, skipInputValidation: true);
        }

        json.WriteEndArray();
    });

    private static IResult Export(StoredTransition latest, bool fhir)
    {
        if (AlertDocumentReader.TryRead(latest.Body) is not { } read)
        {
            return Results.StatusCode(StatusCodes.Status500InternalServerError);
        }

        ArrayBufferWriter<byte> output = new(4096);
        if (fhir)
        {
            FhirDeviceAlert.Write(read.Alert, read.Context, output);
        }
        else
        {
            Hl7AlertReport.Write(read.Alert, read.Context, latest.ReceivedNs, output);
        }

        return new BytesResult(output.WrittenSpan.ToArray(), fhir ? FhirDeviceAlert.ContentType : Hl7AlertReport.ContentType);
    }

    /// <summary>A strip of an alert or of a range; as SVG where that is asked for.</summary>
    private async Task<IResult> StripAsync(string group, string stream, HttpContext context)
    {
        StreamKey key = new(group, stream);
        IQueryCollection query = context.Request.Query;
        bool svg = query["format"] == "svg" || (query["format"].Count == 0 && context.Request.Headers.Accept.ToString().Contains("image/svg+xml", StringComparison.Ordinal));
        CommandRejection fault = CommandRequest.TryParse(Asked(query), new CommandGiven { Stream = key, Kind = CommandKind.Strip }, out CommandRequest? request);
        if (fault != CommandRejection.None)
        {
            return ActionPages.Page(new CommandAnswer { Outcome = CommandOutcome.Refused, Reason = fault.WireName(), Key = key, Command = CommandKind.Strip });
        }

        (StripPage? page, CommandRefusal refusal) = await reads.ReadAsync(reader => Strip(reader, key, request!, svg)).ConfigureAwait(false);
        return page is null ? ActionPages.Unavailable(refusal) : page.Body is null ? ActionPages.Page(page.Answer!) : new BytesResult(page.Body, svg ? StripDrawing.ContentType : StripDocument.ContentType);
    }

    private static StripPage Strip(StoreReader reader, StreamKey key, CommandRequest request, bool svg)
    {
        if (!svg)
        {
            CommandAnswer answer = StripReads.Answer(reader, key, request);
            return new StripPage(answer, answer.Strip?.ToArray());
        }

        (EcgStrip? strip, CommandRefusal refusal) = StripReads.Read(reader, key, request);
        return strip is null
            ? new StripPage(StripReads.Missing(key, refusal), null)
            : new StripPage(null, System.Text.Encoding.UTF8.GetBytes(StripDrawing.Draw(strip)));
    }

    /// <summary>The query as the body of a strip request: numbers as such, everything else as text for the reader to judge.</summary>
    private static byte[] Asked(IQueryCollection query) => Written(json =>
    {
        foreach ((string name, string field) in new[] { ("alert", "alertId"), ("seconds", "seconds"), ("epoch", "epoch"), ("from", "from"), ("to", "to") })
        {
            if (query[name] is not [{ } text])
            {
                continue;
            }

            if (long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out long number))
            {
                json.WriteNumber(field, number);
            }
            else
            {
                json.WriteString(field, text);
            }
        }
    });

    private async Task<IResult> JsonAsync(Func<StoreReader, byte[]> read)
    {
        (byte[]? body, CommandRefusal refusal) = await reads.ReadAsync(read).ConfigureAwait(false);
        return body is null ? ActionPages.Unavailable(refusal) : new BytesResult(body, "application/json");
    }

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> output = new(1024);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private sealed record StripPage(CommandAnswer? Answer, byte[]? Body);
}
