using System.Buffers;
using System.Text;
using System.Text.Json;
using AnyEcg.Alerts;

namespace AnyEcg.Protocol.Tests;

/// <summary>The life of an alert as the golden files show it, and the exporters' output as text.</summary>
internal static class ExportCases
{
    private static readonly AlertTransition Start = Alerts.Asystole;

    public static IReadOnlyDictionary<string, (AlertTransition Alert, AlertContext Context)> All { get; } =
        new Dictionary<string, (AlertTransition, AlertContext)>
        {
            ["start"] = (Start, Alerts.Context),
            ["acknowledged"] = (
                Start with { Revision = 2, Phase = AlertPhase.Update, Signal = AlertSignal.Acknowledged, Action = Did(TransitionActionKind.Acknowledge, "seen") }, Alerts.Context),
            ["paused"] = (
                Start with
                {
                    Revision = 2,
                    Phase = AlertPhase.Update,
                    Signal = AlertSignal.Paused,
                    Action = Did(TransitionActionKind.Pause, null),
                    PausedUntilNs = Alerts.EpochNs + 140_000_000_000,
                },
                Alerts.Context),
            ["escalated"] = (
                Start with { Revision = 2, Phase = AlertPhase.Update, Priority = AlertPriority.High, PriorityWas = AlertPriority.Medium, PriorityReason = "not acknowledged", Action = new(TransitionActionKind.Escalate, null, null, Alerts.EpochNs + 75_000_000_000) },
                Alerts.Context),
            ["end-latched"] = (Ended(Start, AlertSignal.Latched), Alerts.Context),
            ["retract"] = (Ended(Start, AlertSignal.Off) with { Phase = AlertPhase.Retract, Revision = 3, Retraction = "samples that came late show beats" }, Alerts.Context),
            ["historical"] = (Start with { Historical = true, Signal = AlertSignal.Off, Priority = AlertPriority.Info, Value = 37.125 }, Alerts.Context),
            ["no-data"] = (Technical(AlertKind.NoData), ContextOf(AlertKind.NoData)),
            ["lead-off"] = (Technical(AlertKind.LeadOff) with { Leads = 0b10 }, ContextOf(AlertKind.LeadOff)),
        };

    public static TheoryData<string> Names => [.. All.Keys];

    public static string Fhir(AlertTransition alert, AlertContext context) => Written(output => FhirDeviceAlert.Write(alert, context, output));

    public static string Hl7(AlertTransition alert, AlertContext context) =>
        Written(output => Hl7AlertReport.Write(alert, context, Alerts.EpochNs + 14_750_000_000, output));

    /// <summary>The context of a kind as the table has it.</summary>
    public static AlertContext ContextOf(AlertKind kind)
    {
        AlertKindRow row = AlertKindTable.Of(kind);
        return new AlertContext
        {
            Type = row.Type,
            Codes = new AlertCodes(
                row.Mdc?.Code, row.Mdc?.RefId, row.Mdc?.FromDriver ?? false, row.Snomed is { } concept ? long.Parse(concept, System.Globalization.CultureInfo.InvariantCulture) : null),
            LeadNames = ["MLII", "V1"],
        };
    }

    public static string Indented(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return Written(output =>
        {
            using Utf8JsonWriter writer = new(output, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JsonOutput.Options.Encoder });
            document.WriteTo(writer);
        }) + "\n";
    }

    private static TransitionAction Did(TransitionActionKind kind, string? reason) => new(kind, "nurse 7", reason, Alerts.EpochNs + 20_000_000_000);

    private static AlertTransition Ended(AlertTransition alert, AlertSignal signal) => alert with
    {
        Revision = 2,
        Phase = AlertPhase.End,
        Signal = signal,
        ConditionPresent = false,
        DecidedSample = 6000,
        EndSample = 5100,
        EndNs = Alerts.EpochNs + 17_000_000_000,
    };

    private static AlertTransition Technical(AlertKind kind) => Start with
    {
        Kind = kind,
        Priority = AlertKindTable.Of(kind).Priority,
        Limit = AlertKindTable.Of(kind).LimitText,
        Score = 1,
        Leads = 0,
    };

    private static string Written(Action<IBufferWriter<byte>> write)
    {
        ArrayBufferWriter<byte> output = new();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
