using AnyEcg.Engine;
using AnyEcg.Mqtt;

namespace AnyEcg.Worker;

/// <summary>
/// Live: the engine thread answers. Ready: subscribed and connected. Startup: has been ready once. Each with the reason when not.
/// </summary>
internal sealed class WorkerHealth(WorkerParts parts, IMqttConnection mqtt, EngineThread thread)
{
    public (bool Healthy, string Reason) Live() =>
        thread.Failure is { } failure ? (false, $"engine failed: {failure.GetType().Name}") : (true, "engine runs");

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

        return mqtt.State == MqttConnectionState.Connected && parts.Ready.Subscribed
            ? (true, "connected and subscribed")
            : (false, "no broker connection");
    }
}
