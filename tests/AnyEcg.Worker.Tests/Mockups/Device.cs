using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker.Tests;

/// <summary>A device that publishes made-up ECG through a real connection.</summary>
internal sealed class Device(MqttConnection connection, string stream, string group) : IAsyncDisposable
{
    private long next;

    public StreamKey Key { get; } = new(group, stream);

    public static async Task<Device> ConnectAsync(int port, string stream = "bed-1", string group = "ward") =>
        new(await Clients.ConnectAsync(port, $"device-{stream}"), stream, group);

    public Task DescribeAsync() => PublishAsync(DeviceTopics.Meta(Key), Wire.Descriptor(), retain: true);

    public Task MarkAsync() => PublishAsync(DeviceTopics.Mark(Key), []);

    public Task OfflineAsync() => PublishAsync(DeviceTopics.Status(Key), "{\"state\":\"offline\"}"u8.ToArray());

    /// <summary>The next seconds, a frame each.</summary>
    public async Task SendAsync(int seconds)
    {
        for (int i = 0; i < seconds; i++, next += Wire.Rate)
        {
            await PublishAsync(DeviceTopics.Frame(Key), Wire.Frame(next), Wire.Native);
        }
    }

    public Task PublishAsync(string topic, byte[] payload, string? contentType = null, bool retain = false) => connection.PublishAsync(
        new MqttMessage { Topic = topic, Payload = payload, ContentType = contentType, Qos = MqttQos.AtLeastOnce, Retain = retain },
        Budget.Token).AsTask();

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
