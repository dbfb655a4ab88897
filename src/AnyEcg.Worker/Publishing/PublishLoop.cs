using System.Buffers;
using AnyEcg.Alerts;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>
/// From the outbox in memory to the broker: the rhythm retained and, in a worker without a store, alert transitions. Sends what is
/// there together and waits for all its PUBACKs; across a lost connection the client keeps and repeats them. One loop, on the thread
/// pool. What is stored goes by <see cref="StoredOutbox"/>.
/// </summary>
internal sealed partial class PublishLoop(
    Outbox outbox, IMqttConnection mqtt, PublishMetrics metrics, TimeProvider time, ILogger<PublishLoop> logger)
{
    private const int MaxTogether = 256;

    private readonly List<Task> underWay = [];
    private int unconfirmed;

    public Outbox Outbox => outbox;

    /// <summary>Messages that the broker has not confirmed yet, those of the outbox not counted. Any thread.</summary>
    public int Unconfirmed => Volatile.Read(ref unconfirmed);

    /// <summary>Runs until the outbox is completed and empty, or cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await outbox.WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            while (underWay.Count < MaxTogether && outbox.TryTake(out OutboxItem item))
            {
                Send(item, cancellationToken);
            }

            await Task.WhenAll(underWay).ConfigureAwait(false);
            underWay.Clear();
        }
    }

    private void Send(OutboxItem item, CancellationToken cancellationToken)
    {
        if (item.Rhythm is { } rhythm)
        {
            ArrayBufferWriter<byte> payload = new(512);
            RhythmDocument.Write(rhythm, payload);
            string topic = OutputTopics.Rhythm(new StreamKey(rhythm.Group, rhythm.Stream));
            MqttMessage message = AlertMessages.Json(topic, payload.WrittenMemory, retain: true) with { MessageExpiry = TimeSpan.FromMinutes(1) };
            underWay.Add(PublishAsync(message, null, cancellationToken));
        }

        if (item.Alert is { } alert)
        {
            StreamKey key = new(alert.Group, alert.Stream);
            AlertMessages both = AlertMessages.Of(key, alert.AlertId, item.Body, alert.IsOver, AlertDocument.Attributes(alert, time.NowNs()));
            underWay.Add(PublishAsync(both.Transition, alert, cancellationToken));
            underWay.Add(PublishAsync(both.State, null, cancellationToken));
        }
    }

    private async Task PublishAsync(MqttMessage message, AlertTransition? alert, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref unconfirmed);
        try
        {
            await mqtt.PublishAsync(message, cancellationToken).ConfigureAwait(false);
            metrics.Published(alert is null ? null : PublishedAlert.Of(alert), time.NowNs());
        }
        catch (MqttException e)
        {
            metrics.Failed(alert is not null);
            LogRefused(logger, alert is null ? "summary or state" : "alert", e.Message);
        }
        finally
        {
            Interlocked.Decrement(ref unconfirmed);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The broker did not take a message ({What}): {Reason}")]
    private static partial void LogRefused(ILogger logger, string what, string reason);
}
