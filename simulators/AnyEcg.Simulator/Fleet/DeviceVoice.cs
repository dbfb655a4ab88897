using AnyEcg.Mqtt;
using AnyEcg.Protocol;

namespace AnyEcg.Simulator;

/// <summary>
/// What a device says of itself: its descriptor and its status, retained. Only the newest counts, so nothing is stored; after a
/// reconnect both are said again, because the broker has published the Will or may have lost what it retained. So is its truth.
/// </summary>
/// <param name="link">Its connection.</param>
/// <param name="truth">What is so of its stream; null where it does not tell.</param>
internal sealed class DeviceVoice(FleetLink link, DeviceMessage? truth)
{
    private DeviceMessage? meta;
    private DeviceMessage? status;
    private DeviceMessage? last;
    private bool metaDue;
    private bool statusDue;
    private int repeat;

    /// <summary>Any thread.</summary>
    public void Repeat() => Volatile.Write(ref repeat, 1);

    /// <summary>Scheduler only, like all below.</summary>
    public void Take(DeviceMessage message)
    {
        if (message.IsLast)
            last = message;
        else if (message.Kind == InputKind.Meta)
            (meta, metaDue) = (message, true);
        else
            (status, statusDue) = (message, true);
    }

    /// <summary>Publishes what is new, when there is a connection.</summary>
    public void Speak()
    {
        if (!link.IsConnected)
            return;
        if (Interlocked.Exchange(ref repeat, 0) == 1)
            metaDue = statusDue = true;
        if (metaDue && meta is not null)
            _ = PublishAsync(meta);
        if (metaDue && truth is not null)
            _ = PublishAsync(truth);
        if (statusDue && status is not null)
            _ = PublishAsync(status);
        metaDue = statusDue = false;
    }

    /// <summary>Publishes the last word, once, and completes <paramref name="said"/> when the broker has it.</summary>
    public void SayLast(TaskCompletionSource said)
    {
        if (!link.IsConnected || last is not { } word)
            return;
        (last, status) = (null, word);
        _ = SayAsync(word, said);
    }

    private async Task SayAsync(DeviceMessage word, TaskCompletionSource said)
    {
        await PublishAsync(word).ConfigureAwait(false);
        said.TrySetResult();
    }

    private async Task PublishAsync(DeviceMessage message)
    {
        try
        {
            await link.PublishAsync(message, MqttQos.AtLeastOnce).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttException or ObjectDisposedException)
        {
            // Refused, or the run is over: a device does not stop because its status did not go out.
        }
    }
}
