using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Protocol;

namespace AnyEcg.Tool;

/// <summary>What of an alert's transition follows from the samples alone: no time of a clock, no lag.</summary>
internal sealed record AlertFact
{
    /// <summary>Kinds that the clock or the connection decides, not the samples.</summary>
    private static readonly string[] ByClock =
    [
        .. new[] { AlertKind.DeviceOffline, AlertKind.NoData, AlertKind.StuckEngine, AlertKind.EngineDegraded, AlertKind.ClockJump, AlertKind.KeyConflict, AlertKind.PatientMark }
            .Select(kind => kind.WireName()),
    ];

    public required string Stream { get; init; }

    public required string Id { get; init; }

    public required int Revision { get; init; }

    public required string Kind { get; init; }

    public required string Phase { get; init; }

    public required string Priority { get; init; }

    /// <summary>Positions in model-rate samples of the epoch.</summary>
    public required long Onset { get; init; }

    public required long Decided { get; init; }

    public long? End { get; init; }

    public required double Score { get; init; }

    public bool IsByClock => ByClock.Contains(Kind);

    public static AlertFact Of(AlertTransition alert) => new()
    {
        Stream = alert.Stream,
        Id = alert.AlertId.ToString(),
        Revision = alert.Revision,
        Kind = alert.Kind.WireName(),
        Phase = alert.Phase.WireName(),
        Priority = alert.Priority.WireName(),
        Onset = alert.OnsetSample,
        Decided = alert.DecidedSample,
        End = alert.EndSample,
        Score = Math.Round(alert.Score, 4),
    };

    public static AlertFact Of(ReadOnlyMemory<byte> payload)
    {
        using JsonDocument document = JsonDocument.Parse(payload);
        JsonElement root = document.RootElement, condition = root.GetProperty("condition");
        return new AlertFact
        {
            Stream = root.GetProperty("stream").GetString()!,
            Id = root.GetProperty("alertId").GetString()!,
            Revision = root.GetProperty("revision").GetInt32(),
            Kind = root.GetProperty("kind").GetString()!,
            Phase = root.GetProperty("phase").GetString()!,
            Priority = root.GetProperty("priority").GetString()!,
            Onset = condition.GetProperty("onsetSample").GetInt64(),
            Decided = condition.GetProperty("decidedSample").GetInt64(),
            End = condition.TryGetProperty("endSample", out JsonElement end) ? end.GetInt64() : null,
            Score = root.GetProperty("evidence").GetProperty("score").GetDouble(),
        };
    }
}
