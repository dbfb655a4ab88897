using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// One alert transition on the wire: a CloudEvents 1.0 event in MQTT's binary mode. The attributes are user properties, the
/// payload is the event's data. The payload is a function of transition and context alone, so that a replay writes the same
/// bytes; what depends on the moment of publication is in two extension attributes.
/// </summary>
public static class AlertDocument
{
    public const string ContentType = "application/json";

    private const double NsPerModelSample = 1e9 / PatchSecond.ModelRateHz;

    /// <summary>The event's id: the same however often it is published.</summary>
    public static string EventId(AlertTransition alert) => string.Create(CultureInfo.InvariantCulture, $"{alert.AlertId:D}:{alert.Revision}");

    /// <summary>Event time of a transition: the onset, the end, the sample that decided it, or the action; nanoseconds since the Unix epoch.</summary>
    public static long EventNs(AlertTransition alert) => alert.Phase switch
    {
        _ when alert.Action is { } action => action.TimeNs,
        AlertPhase.Start => alert.OnsetNs,
        AlertPhase.End => alert.EndNs ?? DecidedNs(alert),
        _ => DecidedNs(alert),
    };

    /// <summary>The CloudEvents attributes, in the order in which they are sent. <paramref name="publishedNs"/>: our clock at publication.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Attributes(AlertTransition alert, long publishedNs)
    {
        double lagMs = (publishedNs - alert.DecidedReceivedNs) / 1e6;
        return
        [
            new("specversion", "1.0"),
            new("id", EventId(alert)),
            new("source", $"/anyecg/v1/{Uri.EscapeDataString(alert.Group)}"),
            new("subject", alert.Stream),
            new("type", $"anyecg.alert.{alert.Phase.WireName()}"),
            new("time", IsoTime.Format(EventNs(alert))),
            new("datacontenttype", ContentType),
            new("publishedat", IsoTime.Format(publishedNs)),
            new("workerlagms", lagMs.ToString("0.###", CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>Writes the payload.</summary>
    public static void Write(AlertTransition alert, AlertContext context, IBufferWriter<byte> output)
    {
        using Utf8JsonWriter json = new(output, JsonOutput.Options);
        json.WriteStartObject();
        json.WriteString("alertId"u8, alert.AlertId);
        json.WriteNumber("revision"u8, alert.Revision);
        json.WriteString("group"u8, alert.Group);
        json.WriteString("stream"u8, alert.Stream);
        json.WriteString("phase"u8, alert.Phase.WireName());
        json.WriteString("kind"u8, alert.Kind.WireName());
        json.WriteString("priority"u8, alert.Priority.WireName());
        WritePriorityChange(json, alert);
        json.WriteString("type"u8, context.Type.WireName());
        WriteCodes(json, context.Codes);
        WriteCondition(json, alert);
        json.WriteString("signal"u8, alert.Signal.WireName());
        WriteAction(json, alert);
        WriteEvidence(json, alert, context);
        json.WriteBoolean("historical"u8, alert.Historical);
        json.WriteFinite("lagMs", (alert.DecidedReceivedNs - (alert.Action?.TimeNs ?? DecidedNs(alert))) / 1e6, 3);
        json.WriteEndObject();
    }

    private static long DecidedNs(AlertTransition alert)
        => alert.OnsetNs + SpanNs(alert.OnsetSample, alert.DecidedSample);

    /// <summary>Nanoseconds from one model-rate sample to another.</summary>
    internal static long SpanNs(long from, long to) => (long)((to - from) * NsPerModelSample);

    private static void WritePriorityChange(Utf8JsonWriter json, AlertTransition alert)
    {
        if (alert.PriorityWas is not AlertPriority was)
            return;
        json.WriteStartObject("priorityChange"u8);
        json.WriteString("was"u8, was.WireName());
        json.WriteString("reason"u8, alert.PriorityReason);
        json.WriteEndObject();
    }

    private static void WriteAction(Utf8JsonWriter json, AlertTransition alert)
    {
        if (alert.PausedUntilNs is long until)
            json.WriteString("pausedUntil"u8, IsoTime.Format(until));
        if (alert.Retraction is not null)
            json.WriteString("retraction"u8, alert.Retraction);
        if (alert.Action is not { } action)
            return;
        json.WriteStartObject("action"u8);
        json.WriteString("kind"u8, action.Kind.WireName());
        if (action.Operator is not null)
            json.WriteString("operator"u8, action.Operator);
        json.WriteString("time"u8, IsoTime.Format(action.TimeNs));
        if (action.Reason is not null)
            json.WriteString("reason"u8, action.Reason);
        json.WriteEndObject();
    }

    private static void WriteCodes(Utf8JsonWriter json, AlertCodes codes)
    {
        json.WriteStartObject("codes"u8);
        if (codes.Mdc is int mdc)
        {
            json.WriteStartObject("mdc"u8);
            json.WriteNumber("code"u8, mdc);
            if (codes.MdcName is not null)
                json.WriteString("name"u8, codes.MdcName);
            if (codes.MdcUnlisted)
                json.WriteBoolean("unlisted"u8, true);
            json.WriteEndObject();
        }

        // A concept id is an identifier of up to 18 digits: as a number it would lose digits in JavaScript.
        if (codes.Snomed is long snomed)
            json.WriteString("snomed"u8, snomed.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static void WriteCondition(Utf8JsonWriter json, AlertTransition alert)
    {
        json.WriteStartObject("condition"u8);
        json.WriteBoolean("present"u8, alert.ConditionPresent);
        json.WriteString("onset"u8, IsoTime.Format(alert.OnsetNs));
        json.WriteNumber("onsetSample"u8, alert.OnsetSample);
        if (alert.EndNs is long endNs)
            json.WriteString("end"u8, IsoTime.Format(endNs));
        if (alert.EndSample is long endSample)
            json.WriteNumber("endSample"u8, endSample);
        json.WriteString("decided"u8, IsoTime.Format(DecidedNs(alert)));
        json.WriteNumber("decidedSample"u8, alert.DecidedSample);
        json.WriteString("limit"u8, alert.Limit);
        if (alert.Value is double value)
            json.WriteFinite("value", value, 3);
        json.WriteEndObject();
    }

    private static void WriteEvidence(Utf8JsonWriter json, AlertTransition alert, AlertContext context)
    {
        json.WriteStartObject("evidence"u8);
        json.WriteNumber("epoch"u8, alert.Epoch);
        json.WriteNumber("sampleRateHz"u8, PatchSecond.ModelRateHz);
        json.WriteStartArray("sampleRange"u8);
        json.WriteNumberValue(alert.OnsetSample);
        json.WriteNumberValue(Math.Max(alert.OnsetSample, alert.EndSample ?? alert.DecidedSample));
        json.WriteEndArray();
        WriteLeads(json, alert.Leads, context);
        json.WriteFinite("score", alert.Score, 4);
        json.WriteBoolean("qualityDoubtful"u8, alert.QualityDoubtful);
        if (context.ModelId is not null)
            json.WriteString("modelId"u8, context.ModelId);

        // A worker's alert about itself has no samples.
        if (alert.Group != OutputTopics.WorkerGroup)
            json.WriteString("stripTopic"u8, DeviceTopics.Command(new StreamKey(alert.Group, alert.Stream)));
        json.WriteEndObject();
    }

    private static void WriteLeads(Utf8JsonWriter json, uint leads, AlertContext context)
    {
        json.WriteStartArray("leads"u8);
        for (; leads != 0; leads &= leads - 1)
        {
            int index = BitOperations.TrailingZeroCount(leads);
            json.WriteStartObject();
            json.WriteNumber("index"u8, index);
            if (index < context.LeadNames.Length)
                json.WriteString("name"u8, context.LeadNames[index]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
