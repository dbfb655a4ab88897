using System.Buffers;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>Publishes the worker's retained status. Any thread.</summary>
internal sealed partial class StatusPublisher(WorkerParts parts, IMqttConnection mqtt, IHostApplicationLifetime lifetime, ILogger<StatusPublisher> logger)
{
    public ValueTask PublishAsync(WorkerState state, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> payload = new(256);
        parts.Status(state).Write(payload);
        return mqtt.PublishAsync(
            new MqttMessage
            {
                Topic = OutputTopics.WorkerStatus(parts.Options.Id),
                Payload = payload.WrittenMemory,
                Qos = MqttQos.AtLeastOnce,
                Retain = true,
                ContentType = "application/json",
                PayloadIsUtf8 = true,
            },
            cancellationToken);
    }

    /// <summary>Says again that the worker is up, where it has said so before: what it says of itself has changed, or the Will may have said something else.</summary>
    public async Task RepeatAsync()
    {
        if (!parts.Ready.Subscribed || parts.Ingest.Draining)
        {
            return;
        }

        try
        {
            await PublishAsync(WorkerState.Up, lifetime.ApplicationStopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttException or OperationCanceledException)
        {
            LogLost(logger, e.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The worker's status could not be published: {Reason}")]
    private static partial void LogLost(ILogger logger, string reason);
}
