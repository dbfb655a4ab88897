using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>What of an alert transition follows from the samples alone: all but times on a wall clock and lags.</summary>
internal sealed record AlertFacts(
    string Id, int Revision, string Kind, string Phase, string Priority, long Onset, long Decided, long? End, string Limit, double Score)
{
    public static AlertFacts Of(AlertTransition alert) => new(
        alert.AlertId.ToString(),
        alert.Revision,
        alert.Kind.WireName(),
        alert.Phase.WireName(),
        alert.Priority.WireName(),
        alert.OnsetSample,
        alert.DecidedSample,
        alert.EndSample,
        alert.Limit,
        Math.Round(alert.Score, 4));

    public static AlertFacts Of(Received message)
    {
        using JsonDocument document = JsonDocument.Parse(message.Payload);
        JsonElement root = document.RootElement, condition = root.GetProperty("condition");
        return new AlertFacts(
            root.GetProperty("alertId").GetString()!,
            root.GetProperty("revision").GetInt32(),
            root.GetProperty("kind").GetString()!,
            root.GetProperty("phase").GetString()!,
            root.GetProperty("priority").GetString()!,
            condition.GetProperty("onsetSample").GetInt64(),
            condition.GetProperty("decidedSample").GetInt64(),
            condition.TryGetProperty("endSample", out JsonElement end) ? end.GetInt64() : null,
            condition.GetProperty("limit").GetString()!,
            root.GetProperty("evidence").GetProperty("score").GetDouble());
    }
}
