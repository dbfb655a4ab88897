using System.Buffers;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Simulator;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>Publishes a recording as fast as the broker takes it, with nothing of its own: no clock, no status.</summary>
internal static class Player
{
    /// <summary>Descriptor, all frames, and at the end the withdrawal of the descriptor, which closes the stream.</summary>
    public static async Task PlayAsync(MqttConnection device, StreamKey key, string path)
    {
        using FrameSource source = FrameSource.Open(path, new FrameSourceOptions());
        ArrayBufferWriter<byte> output = new();
        DescriptorJson.Write(source.Descriptor, output);
        await PublishAsync(device, DeviceTopics.Meta(key), output, retain: true);
        EcgFrame frame = new();
        while (source.TryNext(frame))
        {
            output = new ArrayBufferWriter<byte>();
            Assert.Equal(FrameRejection.None, NativeFrameCodec.Encode(frame, FrameCodec.DeltaVarint, output));
            await PublishAsync(device, DeviceTopics.Frame(key), output, retain: false);
        }

        await PublishAsync(device, DeviceTopics.Meta(key), new ArrayBufferWriter<byte>(), retain: true);
    }

    private static async Task PublishAsync(MqttConnection device, string topic, ArrayBufferWriter<byte> payload, bool retain) =>
        await device.PublishAsync(
            new MqttMessage
            {
                Topic = topic,
                Payload = payload.WrittenMemory,
                Qos = MqttQos.AtLeastOnce,
                Retain = retain,
                ContentType = retain ? "application/json" : NativeFrameCodec.ContentType,
            },
            Budget.Token);
}
