using System.Buffers;
using System.Globalization;
using System.Text;
using AnyEcg.Alerts;

namespace AnyEcg.Protocol;

/// <summary>
/// One alert transition as an HL7 v2.6 ORU^R40 message, the Report Alert transaction (PCD-04) of the IHE profile Alert Communication
/// Management: MSH, PID, PV1, OBR and one OBX for each facet of the alert. Segments end with a carriage return; there is no MLLP around it.
/// UTF-8, which MSH-18 says. Field by field, with the sources and what is uncertain, in docs/exports.md. A function of its arguments alone.
/// </summary>
public static class Hl7AlertReport
{
    public const string ContentType = "application/hl7-v2";

    private const int Inactivation = 68483;

    /// <summary>The codes of the facets, ISO/IEEE 11073-10101 partition 1, in the order of their segments.</summary>
    private static readonly (int Code, string Name)[] Facets =
    [
        (68480, "MDC_ATTR_ALERT_SOURCE"),
        (68481, "MDC_ATTR_EVENT_PHASE"),
        (68482, "MDC_ATTR_ALARM_STATE"),
        (Inactivation, "MDC_ATTR_ALARM_INACTIVATION_STATE"),
        (68484, "MDC_ATTR_ALARM_PRIORITY"),
        (68485, "MDC_ATTR_ALERT_TYPE"),
        (68546, "MDC_ATTR_ALERT_TEXT"),
    ];

    /// <summary>Writes the message.</summary>
    /// <param name="alert">The transition.</param>
    /// <param name="context">Codes, type, model and lead names.</param>
    /// <param name="messageNs">Time of the message (MSH-7), nanoseconds since the Unix epoch; take one that a repetition has too.</param>
    /// <param name="output">Takes the UTF-8.</param>
    public static void Write(AlertTransition alert, AlertContext context, long messageNs, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(alert);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        StringBuilder message = new();
        Header(alert, messageNs).AppendTo(message);
        Patient(alert).AppendTo(message);
        new Hl7Segment("PV1").Set(2, "U").AppendTo(message);
        Request(alert).AppendTo(message);
        Event(alert, context).AppendTo(message);
        string[] values =
        [
            ExportText.StreamOf(alert), Hl7AlertCodes.Phase(alert), Hl7AlertCodes.State(alert), Hl7AlertCodes.Inactivation(alert),
            Hl7AlertCodes.Priority(alert.Priority), Hl7AlertCodes.Type(alert, context), $"{AlertKindTable.Of(alert.Kind).Title}: {alert.Limit}",
        ];
        for (int i = 0; i < Facets.Length; i++)
        {
            Hl7Segment facet = Facet(alert, i + 2, "ST", Facets[i].Code, Facets[i].Name).Set(5, values[i]);
            (Facets[i].Code == Inactivation ? Signed(facet, alert.Action) : facet).AppendTo(message);
        }

        Note(alert, context).AppendTo(message);
        Encoding.UTF8.GetBytes(message.ToString(), output);
    }

    private static Hl7Segment Header(AlertTransition alert, long messageNs) => new Hl7Segment("MSH")
        .Raw(2, @"^~\&")
        .Set(3, ExportText.Software)
        .Set(4, alert.Group)
        .Raw(7, Hl7Segment.Time(messageNs))
        .Set(9, "ORU", "R40", "ORU_R40")
        .Raw(10, Id(alert, alert.Revision))
        .Set(11, "P")
        .Set(12, "2.6")
        .Set(15, "AL")
        .Set(16, "NE")
        .Set(18, "UNICODE UTF-8")
        .Set(19, "EN", "English", "ISO639")
        .Set(21, "IHE_PCD_ACM_001", "IHE PCD", "1.3.6.1.4.1.19376.1.6.1.4.1", "ISO");

    /// <summary>The stream stands for the patient, as an identifier of no specified kind; the name is of the type "unspecified".</summary>
    private static Hl7Segment Patient(AlertTransition alert) => new Hl7Segment("PID")
        .Set(3, ExportText.StreamOf(alert), "", "", ExportText.Software, "U")
        .Set(5, "", "", "", "", "", "", "U");

    /// <summary>Every revision has a filler number of its own and from the second on the first as its parent.</summary>
    private static Hl7Segment Request(AlertTransition alert)
    {
        Hl7Segment request = new Hl7Segment("OBR")
            .Raw(1, "1")
            .Set(2, Id(alert, alert.Revision), ExportText.Software)
            .Set(3, Id(alert, alert.Revision), ExportText.Software)
            .Set(4, "196616", "MDC_EVT_ALARM", "MDC")
            .Raw(7, Hl7Segment.Time(alert.OnsetNs));
        if (alert.EndNs is long end)
            request.Raw(8, Hl7Segment.Time(end));
        return alert.Revision > 1 ? request.Raw(29, $"^{Id(alert, 1)}&{ExportText.Software}") : request;
    }

    /// <summary>The first facet: what happened, when and where. MDC first, SNOMED CT beside it or in its place, the text always.</summary>
    private static Hl7Segment Event(AlertTransition alert, AlertContext context)
    {
        string title = AlertKindTable.Of(alert.Kind).Title;
        string[] mdc = context.Codes.Mdc is int code
            ? [code.ToString(CultureInfo.InvariantCulture), context.Codes.MdcName ?? "", "MDC"]
            : ["", "", ""];
        string[] snomed = context.Codes.Snomed is long concept
            ? [concept.ToString(CultureInfo.InvariantCulture), title, "SCT"]
            : ["", "", ""];
        (string[] first, string[] second) = context.Codes.Mdc is null ? (snomed, mdc) : (mdc, snomed);
        return Facet(alert, 1, "CWE", 196616, "MDC_EVT_ALARM")
            .Set(5, [.. first, .. second, "", "", title])
            .Raw(14, Hl7Segment.Time(AlertDocument.EventNs(alert)))
            .Set(18, ExportText.StreamOf(alert), ExportText.Software);
    }

    private static Hl7Segment Facet(AlertTransition alert, int number, string type, int code, string name) => new Hl7Segment("OBX")
        .Raw(1, number.ToString(CultureInfo.InvariantCulture))
        .Set(2, type)
        .Set(3, code.ToString(CultureInfo.InvariantCulture), name, "MDC")
        .Raw(4, string.Create(CultureInfo.InvariantCulture, $"1.0.0.0.{number}"))
        .Set(11, alert.Phase == AlertPhase.Retract ? "W" : "F");

    /// <summary>With the time of what was done to the signal and, as the responsible observer, who did it.</summary>
    private static Hl7Segment Signed(Hl7Segment facet, TransitionAction? action)
    {
        if (action is null)
            return facet;
        facet.Raw(14, Hl7Segment.Time(action.TimeNs));
        return action.Operator is { } by ? facet.Set(16, by) : facet;
    }

    /// <summary>What no facet has a place for, in words.</summary>
    private static Hl7Segment Note(AlertTransition alert, AlertContext context)
    {
        List<string> words = [$"phase {alert.Phase.WireName()}", $"signal {alert.Signal.WireName()}"];
        AddChanges(words, alert);
        if (alert.Historical)
            words.Add("historical");
        if (alert.QualityDoubtful)
            words.Add("quality doubtful");
        if (alert.Value is double value && double.IsFinite(value))
            words.Add(string.Create(CultureInfo.InvariantCulture, $"value {value:0.###}"));
        if (double.IsFinite(alert.Score))
            words.Add(string.Create(CultureInfo.InvariantCulture, $"score {alert.Score:0.####}"));
        if (alert.Leads != 0)
            words.Add($"leads {string.Join(", ", ExportText.Leads(alert, context))}");
        if (context.ModelId is { } model)
            words.Add($"model {model}");
        return new Hl7Segment("NTE").Raw(1, "1").Set(2, "L").Set(3, string.Join("; ", words));
    }

    private static void AddChanges(List<string> words, AlertTransition alert)
    {
        if (alert.PriorityWas is AlertPriority was)
            words.Add($"priority was {was.WireName()}{(alert.PriorityReason is { Length: > 0 } why ? $" ({why})" : "")}");
        if (alert.Action is { } action)
            words.Add($"action {action.Kind.WireName()}{(action.Reason is { Length: > 0 } reason ? $" ({reason})" : "")}");
        if (alert.PausedUntilNs is long until)
            words.Add($"paused until {IsoTime.Format(until)}");
        if (alert.Retraction is { Length: > 0 } retraction)
            words.Add($"retracted: {retraction}");
    }

    private static string Id(AlertTransition alert, int revision) => string.Create(CultureInfo.InvariantCulture, $"{alert.AlertId:D}-{revision}");
}
