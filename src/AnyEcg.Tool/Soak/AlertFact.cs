using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Protocol;

namespace AnyEcg.Tool;

/// <summary>What of an alert's transition follows from the samples alone: no time of a clock, no lag.</summary>
internal sealed record AlertFact(
    string Stream, string Id, int Revision, string Kind, string Phase, string Priority, long Onset, long Decided, long? End, double Score)
{
    /// <summary>Kinds that the clock or the connection decides, not the samples.</summary>
    private static readonly string[] ByClock =
    [
        .. new[] { AlertKind.DeviceOffline, AlertKind.NoData, AlertKind.StuckEngine, AlertKind.ClockJump, AlertKind.KeyConflict, AlertKind.PatientMark }
            .Select(kind => kind.WireName()),
    ];

    public bool IsByClock => ByClock.Contains(Kind);

    public static AlertFact Of(AlertTransition alert) => new(
        alert.Stream,
        alert.AlertId.ToString(),
        alert.Revision,
        alert.Kind.WireName(),
        alert.Phase.WireName(),
        alert.Priority.WireName(),
        alert.OnsetSample,
        alert.DecidedSample,
        alert.EndSample,
        Math.Round(alert.Score, 4));

    public static AlertFact Of(ReadOnlyMemory<byte> payload)
    {
        using JsonDocument document = JsonDocument.Parse(payload);
        JsonElement root = document.RootElement, condition = root.GetProperty("condition");
        return new AlertFact(
            root.GetProperty("stream").GetString()!,
            root.GetProperty("alertId").GetString()!,
            root.GetProperty("revision").GetInt32(),
            root.GetProperty("kind").GetString()!,
            root.GetProperty("phase").GetString()!,
            root.GetProperty("priority").GetString()!,
            condition.GetProperty("onsetSample").GetInt64(),
            condition.GetProperty("decidedSample").GetInt64(),
            condition.TryGetProperty("endSample", out JsonElement end) ? end.GetInt64() : null,
            root.GetProperty("evidence").GetProperty("score").GetDouble());
    }
}
