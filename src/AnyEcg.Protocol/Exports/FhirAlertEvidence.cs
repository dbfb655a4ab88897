using System.Globalization;
using System.Text.Json;
using AnyEcg.Alerts;

namespace AnyEcg.Protocol;

/// <summary>
/// What a DeviceAlert has no element for, as one complex extension. derivedFrom would need an Observation with a code and a unit for every kind,
/// and its limit a Range, where many of our rules are no range of one value: a made-up Observation would say more than we know.
/// </summary>
internal static class FhirAlertEvidence
{
    public static void Write(Utf8JsonWriter json, AlertTransition alert, AlertContext context)
    {
        json.WriteStartArray("extension"u8);
        json.WriteStartObject();
        json.WriteString("url"u8, FhirDeviceAlert.EvidenceUrl);
        json.WriteStartArray("extension"u8);
        Text(json, "kind", "valueCode", alert.Kind.WireName());
        Text(json, "phase", "valueCode", alert.Phase.WireName());
        Text(json, "signal", "valueCode", alert.Signal.WireName());
        if (alert.PriorityWas is AlertPriority was)
            Text(json, "priorityWas", "valueCode", was.WireName());
        if (alert.PriorityReason is { Length: > 0 } reason)
            Text(json, "priorityReason", "valueString", ExportText.Plain(reason));
        Action(json, alert);
        Flag(json, "historical", alert.Historical);
        Flag(json, "qualityDoubtful", alert.QualityDoubtful);
        if (context.Codes.MdcUnlisted)
            Flag(json, "mdcUnlisted", true);
        Place(json, alert);
        Number(json, "score", alert.Score, 4);
        Number(json, "value", alert.Value ?? double.NaN, 3);
        foreach (string lead in ExportText.Leads(alert, context))
            Text(json, "lead", "valueString", ExportText.Plain(lead));
        if (context.ModelId is { } model)
            Text(json, "modelId", "valueString", ExportText.Plain(model));
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>Who did what, when and why, and why an alert was retracted.</summary>
    private static void Action(Utf8JsonWriter json, AlertTransition alert)
    {
        if (alert.Action is { } action)
        {
            Text(json, "action", "valueCode", action.Kind.WireName());
            Text(json, "actionTime", "valueInstant", IsoTime.Format(action.TimeNs));
            if (action.Operator is { Length: > 0 } by)
                Text(json, "actionOperator", "valueString", ExportText.Plain(by));
            if (action.Reason is { Length: > 0 } why)
                Text(json, "actionReason", "valueString", ExportText.Plain(why));
        }

        if (alert.PausedUntilNs is long until)
            Text(json, "pausedUntil", "valueInstant", IsoTime.Format(until));
        if (alert.Retraction is { Length: > 0 } retraction)
            Text(json, "retraction", "valueString", ExportText.Plain(retraction));
    }

    /// <summary>Where the samples are. Positions may pass 32 bits, so they are integer64, which is text in FHIR's JSON.</summary>
    private static void Place(Utf8JsonWriter json, AlertTransition alert)
    {
        Position(json, "epoch", alert.Epoch);
        Position(json, "onsetSample", alert.OnsetSample);
        Position(json, "decidedSample", alert.DecidedSample);
        if (alert.EndSample is long end)
            Position(json, "endSample", end);
    }

    private static void Position(Utf8JsonWriter json, string name, long value) =>
        Text(json, name, "valueInteger64", value.ToString(CultureInfo.InvariantCulture));

    private static void Text(Utf8JsonWriter json, string name, string type, string value)
    {
        json.WriteStartObject();
        json.WriteString("url"u8, name);
        json.WriteString(type, value);
        json.WriteEndObject();
    }

    private static void Flag(Utf8JsonWriter json, string name, bool value)
    {
        json.WriteStartObject();
        json.WriteString("url"u8, name);
        json.WriteBoolean("valueBoolean"u8, value);
        json.WriteEndObject();
    }

    /// <summary>Left out where it is not finite: FHIR knows no such number.</summary>
    private static void Number(Utf8JsonWriter json, string name, double value, int decimals)
    {
        if (!double.IsFinite(value))
            return;
        json.WriteStartObject();
        json.WriteString("url"u8, name);
        json.WriteNumber("valueDecimal"u8, Math.Round(value, decimals));
        json.WriteEndObject();
    }
}
