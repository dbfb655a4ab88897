using System.Buffers;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator.Tests;

/// <summary>The C# example of docs/devices.md, compiled: the test holds both to each other, line by line.</summary>
internal static class CSharpDevice
{
    public static async Task RunAsync(int port, TimeSpan second, CancellationToken cancel)
    {
        // <example>
        StreamKey key = new("demo", "csharp");
        StreamDescriptor descriptor = new() { SampleRateHz = 250, Leads = [LeadDescriptor.Of(Lead.II)], MicrovoltsPerLsb = [1] };
        MqttClientOptions options = new() { Port = port, ClientId = "demo-csharp" };
        await using MqttConnection device = new(options, new NoMessages(), TimeProvider.System);
        await device.StartAsync(cancel);

        ArrayBufferWriter<byte> bytes = new();
        DescriptorJson.Write(descriptor, bytes);
        MqttMessage meta = new() { Topic = DeviceTopics.Meta(key), Payload = bytes.WrittenMemory, Qos = MqttQos.AtLeastOnce, Retain = true };
        await device.PublishAsync(meta, cancel);

        EcgFrame frame = new() { Epoch = 1 };
        frame.Resize(leadCount: 1, samplesPerLead: 250);
        for (int s = 0; s < 10; s++)
        {
            for (int i = 0; i < 250; i++)
                frame.Samples[i] = (float)Math.Round(1000 * Math.Exp(-Math.Pow((i - 60) / 4.0, 2)));
            frame.FirstSample = 250 * s;
            bytes = new ArrayBufferWriter<byte>();
            NativeFrameCodec.Encode(frame, FrameCodec.DeltaVarint, bytes);
            await device.PublishAsync(
                new MqttMessage { Topic = DeviceTopics.Frame(key), Payload = bytes.WrittenMemory, Qos = MqttQos.AtLeastOnce, ContentType = NativeFrameCodec.ContentType },
                cancel);
            await Task.Delay(second, cancel);
        }
        // </example>
    }

    private sealed class NoMessages : IMqttReceiver
    {
        public void OnMessage(in MqttInbound message)
        {
        }
    }
}
