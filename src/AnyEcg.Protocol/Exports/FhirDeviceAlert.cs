using System.Buffers;
using System.Globalization;
using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// One alert transition as a FHIR R6 DeviceAlert, JSON. Element names and cardinalities are those of 6.0.0-ballot4 (first full
/// ballot, December 2025): type, priority and the signal's states are CodeableConcepts, presence and occurrencePeriod stand at the top; the
/// drafts before it had them in a condition element. R6 is not published: names may change, and the code systems, here
/// http://hl7.org/fhir/devicealert-*, are moving to http://terminology.hl7.org/CodeSystem/. The mapping, field by field, is in
/// docs/exports.md. A function of transition and context alone: a replay writes the same bytes.
/// </summary>
public static class FhirDeviceAlert
{
    public const string ContentType = "application/fhir+json";

    /// <summary>Extension that carries what the resource has no element for.</summary>
    public const string EvidenceUrl = "urn:anyecg:fhir:alert-evidence";

    private const string Codes = "http://hl7.org/fhir/devicealert-";

    /// <summary>Writes the resource.</summary>
    public static void Write(AlertTransition alert, AlertContext context, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(alert);
        ArgumentNullException.ThrowIfNull(context);
        using Utf8JsonWriter json = new(output, JsonOutput.Options);
        json.WriteStartObject();
        json.WriteString("resourceType"u8, "DeviceAlert"u8);
        json.WriteString("id"u8, alert.AlertId);
        json.WriteStartObject("meta"u8);
        json.WriteString("versionId"u8, alert.Revision.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
        FhirAlertEvidence.Write(json, alert, context);
        WriteIdentifier(json, alert);
        json.WriteString("status"u8, Status(alert));
        WriteConcept(json, "type", "type", context.Type.WireName());
        WriteConcept(json, "priority", "priority", alert.Priority.WireName());
        WriteCode(json, alert.Kind, context.Codes);
        WriteSubject(json, alert);
        json.WriteBoolean("presence"u8, alert.ConditionPresent);
        WritePeriod(json, alert);
        json.WriteStartObject("device"u8);
        json.WriteString("type"u8, "Device"u8);
        json.WriteString("display"u8, context.ModelId is { } model ? ExportText.Plain($"{ExportText.Software}, model {model}") : ExportText.Software);
        json.WriteEndObject();
        WriteAcknowledgement(json, alert);
        json.WriteString("label"u8, ExportText.Plain(alert.Limit));
        WriteSignal(json, alert);
        json.WriteEndObject();
    }

    private static string Status(AlertTransition alert) => alert switch
    {
        { Phase: AlertPhase.Retract } => "entered-in-error",
        { ConditionPresent: false, Signal: AlertSignal.Off or AlertSignal.Acknowledged } => "completed",
        _ => "in-progress",
    };

    private static void WriteIdentifier(Utf8JsonWriter json, AlertTransition alert)
    {
        json.WriteStartArray("identifier"u8);
        json.WriteStartObject();
        json.WriteString("system"u8, "urn:ietf:rfc:3986"u8);
        json.WriteString("value"u8, $"urn:uuid:{alert.AlertId:D}");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteConcept(Utf8JsonWriter json, string name, string system, string code)
    {
        json.WriteStartObject(name);
        json.WriteStartArray("coding"u8);
        WriteCoding(json, Codes + system, code, null);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCoding(Utf8JsonWriter json, string system, string code, string? display)
    {
        json.WriteStartObject();
        json.WriteString("system"u8, system);
        json.WriteString("code"u8, code);
        if (display is not null)
            json.WriteString("display"u8, display);
        json.WriteEndObject();
    }

    /// <summary>Text always; codings only where the table has them.</summary>
    private static void WriteCode(Utf8JsonWriter json, AlertKind kind, AlertCodes codes)
    {
        json.WriteStartObject("code"u8);
        if (codes.Mdc is not null || codes.Snomed is not null)
        {
            json.WriteStartArray("coding"u8);
            if (codes.Mdc is int mdc)
                WriteCoding(json, "urn:iso:std:iso:11073:10101", mdc.ToString(CultureInfo.InvariantCulture), codes.MdcName);
            if (codes.Snomed is long snomed)
                WriteCoding(json, "http://snomed.info/sct", snomed.ToString(CultureInfo.InvariantCulture), null);
            json.WriteEndArray();
        }

        json.WriteString("text"u8, AlertKindTable.Of(kind).Title);
        json.WriteEndObject();
    }

    /// <summary>A logical reference, without a type: who wears the device is not ours to know.</summary>
    private static void WriteSubject(Utf8JsonWriter json, AlertTransition alert)
    {
        json.WriteStartObject("subject"u8);
        json.WriteStartObject("identifier"u8);
        json.WriteString("system"u8, ExportText.StreamSystem);
        json.WriteString("value"u8, ExportText.Plain(ExportText.StreamOf(alert)));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePeriod(Utf8JsonWriter json, AlertTransition alert)
    {
        json.WriteStartObject("occurrencePeriod"u8);
        json.WriteString("start"u8, IsoTime.Format(alert.OnsetNs));
        if (alert.EndNs is long end)
            json.WriteString("end"u8, IsoTime.Format(end));
        json.WriteEndObject();
    }

    /// <summary>
    /// Nothing where neither action nor signal tells: off and paused are with and without an acknowledgement. The operator is a name,
    /// not a reference to a Practitioner that we have never seen.
    /// </summary>
    private static void WriteAcknowledgement(Utf8JsonWriter json, AlertTransition alert)
    {
        bool now = alert.Action?.Kind == TransitionActionKind.Acknowledge;
        if (now || alert.Signal is AlertSignal.On or AlertSignal.Latched or AlertSignal.Acknowledged)
            json.WriteBoolean("acknowledged"u8, now || alert.Signal == AlertSignal.Acknowledged);
        if (!now || alert.Action!.Operator is not { Length: > 0 } by)
            return;
        json.WriteStartObject("acknowledgedBy"u8);
        json.WriteString("display"u8, ExportText.Plain(by));
        json.WriteEndObject();
    }

    private static void WriteSignal(Utf8JsonWriter json, AlertTransition alert)
    {
        (string activation, string presence) = alert.Signal switch
        {
            AlertSignal.On => ("on", "on"),
            AlertSignal.Latched => ("on", "latched"),

            // "ack" is defined for a condition that is still there.
            AlertSignal.Acknowledged => ("on", alert.ConditionPresent ? "ack" : "off"),
            AlertSignal.Paused => ("paused", "off"),
            _ => (alert.ConditionPresent ? "off" : "on", "off"),
        };
        json.WriteStartArray("signal"u8);
        json.WriteStartObject();
        WriteConcept(json, "activationState", "activationState", activation);
        WriteConcept(json, "presence", "presence", presence);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
