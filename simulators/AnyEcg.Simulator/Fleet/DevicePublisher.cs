using AnyEcg.Mqtt;
using AnyEcg.Protocol;

namespace AnyEcg.Simulator;

/// <summary>Publishes what one device sends, with a bounded number of messages on the way.</summary>
internal sealed class DevicePublisher(RecordingDevice device, IMqttConnection connection, MqttQos frameQos, FleetCounters counters)
{
    /// <summary>Frames that may wait for their acknowledgement: enough for full speed, little enough to feel the broker's pace.</summary>
    private const int Window = 32;

    /// <summary>Runs to the end of the device or until cancelled. The last status is sent in both cases.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Queue<Task> onTheWay = new(Window + 1);
        try
        {
            await foreach (DeviceMessage message in device.MessagesAsync(cancellationToken).ConfigureAwait(false))
            {
                if (message.Kind == InputKind.Frame)
                    counters.Plan(message.Fate);
                if (message.Fate == FrameFate.Lost)
                    continue;
                onTheWay.Enqueue(PublishAsync(message, cancellationToken));
                if (onTheWay.Count > Window)
                    await onTheWay.Dequeue().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run is over: what is on the way is still counted below.
        }

        await Task.WhenAll(onTheWay).ConfigureAwait(false);
    }

    /// <summary>Says that the device is gone, after a run that was cut short.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken) => PublishAsync(device.Offline, cancellationToken);

    private async Task PublishAsync(DeviceMessage message, CancellationToken cancellationToken)
    {
        bool good = false;
        try
        {
            await connection.PublishAsync(ToMqtt(message, frameQos), cancellationToken).ConfigureAwait(false);
            good = true;
        }
        catch (Exception e) when (e is MqttException or OperationCanceledException)
        {
            // Counted as failed: a device does not stop because one message did not go out.
        }

        if (message.Kind == InputKind.Frame)
            counters.Done(good, message.Payload.Length);
    }

    internal static MqttMessage ToMqtt(DeviceMessage message, MqttQos frameQos) => new()
    {
        Topic = message.Topic,
        Payload = message.Payload,
        Qos = message.Kind == InputKind.Frame ? frameQos : MqttQos.AtLeastOnce,
        Retain = message.Retain,
        ContentType = message.ContentType,
    };
}
