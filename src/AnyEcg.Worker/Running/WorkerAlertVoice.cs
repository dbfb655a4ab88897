using AnyEcg.Alerts;
using AnyEcg.Mqtt;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>Publishes what the worker has to say of itself, past outbox, store and engine. Any thread, waits for nothing.</summary>
internal sealed partial class WorkerAlertVoice(IMqttConnection mqtt, WorkerSettings settings, AlertSettings alerts, ILogger<WorkerAlertVoice> logger)
{
    /// <summary>An alert that has yet to be told.</summary>
    public WorkerAlert Make(AlertKind kind, long onsetNs, string limit) => new(settings.Worker.Id, alerts[kind], onsetNs, limit);

    /// <summary>Tells of a transition of the alert, where its kind is enabled.</summary>
    public void Tell(WorkerAlert alert, AlertPhase phase)
    {
        MqttMessage[] messages = alert.Next(phase, settings.Time.NowNs());
        if (!alerts.IsEnabled(alert.Row.Kind))
        {
            return;
        }

        foreach (MqttMessage message in messages)
        {
            _ = PublishAsync(message);
        }
    }

    /// <summary>Tells of the alert anew where as much time has passed as its kind leaves between two updates.</summary>
    public bool TellIfDue(WorkerAlert alert, long toldStamp)
    {
        bool due = alert.Row.UpdateSeconds > 0 && settings.Time.GetElapsedTime(toldStamp).TotalSeconds >= alert.Row.UpdateSeconds;
        if (due)
        {
            Tell(alert, AlertPhase.Update);
        }

        return due;
    }

    /// <summary>Without a connection it waits in the client, as every publish does.</summary>
    private async Task PublishAsync(MqttMessage message)
    {
        try
        {
            await mqtt.PublishAsync(message, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttException or OperationCanceledException or ObjectDisposedException)
        {
            LogUntold(logger, e.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The alert about the engine could not be published: {Reason}")]
    private static partial void LogUntold(ILogger logger, string reason);
}
