using AnyEcg.Mqtt;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>
/// Live: the engine thread turns. Ready: subscribed and connected; a device that failed leaves it so while something else runs the network, and is named.
/// Startup: has been ready once. Each with the reason.
/// </summary>
internal sealed class WorkerHealth(WorkerParts parts, IMqttConnection mqtt, EngineThread thread, EngineProgress progress, StoreHost store)
{
    /// <summary>A step takes well below a second. Earlier than the watchdog's alert: a supervisor asks several times before it acts.</summary>
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(10);

    public (bool Healthy, string Reason) Live()
    {
        if (thread.Failure is { } failure)
        {
            return (false, $"engine failed: {failure.GetType().Name}");
        }

        // While it waits for the broker or the disk, a restart would help nobody.
        return progress.HeldUp() < StuckAfter ? (true, "engine runs") : (false, "engine is stuck");
    }

    /// <summary>What is wrong with the store; null while nothing is.</summary>
    public string? StoreFault() =>
        store.Writer?.Health is { Condition: not StoreCondition.Ok } health ? $"store {health.Condition.ToString().ToLowerInvariant()}: {health.Reason}" : null;

    public (bool Healthy, string Reason) Startup() => parts.Ready.Subscribed ? (true, "subscribed") : (false, "not yet subscribed");

    public (bool Healthy, string Reason) Ready()
    {
        if (parts.Ingest.Draining)
        {
            return (false, "draining");
        }

        (bool live, string reason) = Live();
        if (!live)
        {
            return (false, reason);
        }

        if (StoreFault() is { } fault)
        {
            return (false, fault);
        }

        string? degraded = DegradationWatch.Describe(parts.Engine);
        if (degraded is not null && parts.Engine.Model.Engine == "none")
        {
            return (false, degraded);
        }

        // After a session that the broker has lost, connected is not yet subscribed.
        return mqtt.IsSubscribed && parts.Ready.Subscribed ? (true, degraded is null ? "connected and subscribed" : $"connected and subscribed; degraded: {degraded}")
            : mqtt.State == MqttConnectionState.Connected ? (false, "not subscribed yet")
            : (false, "no broker connection");
    }
}
