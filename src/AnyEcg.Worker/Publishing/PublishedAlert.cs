using AnyEcg.Alerts;
using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>What the metrics say of a published transition.</summary>
internal readonly record struct PublishedAlert(AlertKind Kind, AlertPriority Priority, AlertPhase Phase, long ReceivedNs)
{
    public static PublishedAlert Of(AlertTransition alert) => new(alert.Kind, alert.Priority, alert.Phase, alert.DecidedReceivedNs);

    public static PublishedAlert? Of(ReadOnlyMemory<byte> body, long receivedNs) =>
        AlertReading.TryParse(body) is { } alert ? new(alert.Kind, alert.Priority, alert.Phase, receivedNs) : null;
}
