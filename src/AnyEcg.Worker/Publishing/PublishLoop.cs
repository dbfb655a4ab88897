using System.Buffers;
using AnyEcg.Alerts;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>
/// From the outbox to the broker: every transition on the alert topic (QoS 1), the alert's current state retained beside it
/// and cleared when it is over and waits for nobody, the rhythm retained. Sends what is there together and waits for all its PUBACKs; across a lost
/// connection the client keeps and repeats them. One loop, on the thread pool.
/// </summary>
internal sealed partial class PublishLoop(
    Outbox outbox, IMqttConnection mqtt, AlertContexts contexts, PublishMetrics metrics, TimeProvider time, ILogger<PublishLoop> logger)
{
    private const int MaxTogether = 256;

    private readonly List<Task> underWay = [];
    private int unconfirmed;

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
            MqttMessage message = Json(topic, payload.WrittenMemory, retain: true) with { MessageExpiry = TimeSpan.FromMinutes(1) };
            underWay.Add(PublishAsync(message, null, cancellationToken));
        }

        if (item.Alert is { } alert)
        {
            SendAlert(alert, cancellationToken);
        }
    }

    private void SendAlert(AlertTransition alert, CancellationToken cancellationToken)
    {
        StreamKey key = new(alert.Group, alert.Stream);
        ArrayBufferWriter<byte> payload = new(1024);
        AlertDocument.Write(alert, contexts.For(alert), payload);
        MqttMessage transition = Json(OutputTopics.Alert(key), payload.WrittenMemory, retain: false) with
        {
            UserProperties = AlertDocument.Attributes(alert, time.NowNs()),
        };
        MqttMessage state = transition with
        {
            Topic = OutputTopics.AlertState(key, alert.AlertId),
            Retain = true,
            Payload = alert is { ConditionPresent: false, Signal: AlertSignal.Off } ? default : payload.WrittenMemory,
        };
        underWay.Add(PublishAsync(transition, alert, cancellationToken));
        underWay.Add(PublishAsync(state, null, cancellationToken));
    }

    private static MqttMessage Json(string topic, ReadOnlyMemory<byte> payload, bool retain) => new()
    {
        Topic = topic,
        Payload = payload,
        Qos = MqttQos.AtLeastOnce,
        Retain = retain,
        ContentType = AlertDocument.ContentType,
        PayloadIsUtf8 = true,
    };

    private async Task PublishAsync(MqttMessage message, AlertTransition? alert, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref unconfirmed);
        try
        {
            await mqtt.PublishAsync(message, cancellationToken).ConfigureAwait(false);
            metrics.Published(alert, time.NowNs());
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
