using System.Buffers.Binary;
using System.Text;
using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;

namespace AnyEcg.Worker.Tests;

/// <summary>A chest strap behind a gateway that only passes its notifications on, through broker and worker.</summary>
[Collection("running")]
public sealed class PolarDeviceTests
{
    private const int Samples = 73, Notifications = 300;
    private const double TrueRate = 130 * 1.004;

    [Fact]
    public async Task Notifications_LostAndRepeated_AreAccountedForToTheSample()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using RunningWorker worker = await RunningWorker.ReadyAsync(broker.Port);
        await using Device device = await Device.ConnectAsync(broker.Port);
        byte[] descriptor = Encoding.UTF8.GetBytes($$"""{"sampleRateHz":130,"leads":["ECG"],"microvoltsPerLsb":1,"clock":"free","contentType":"{{PolarFrameCodec.ContentType}}"}""");
        await device.PublishAsync(DeviceTopics.Meta(device.Key), descriptor, retain: true);

        Random random = new(8);
        (int sent, int repeated, int lost) = (0, 0, 0);
        for (int n = 0; n < Notifications; n++)
        {
            // The last seconds arrive: what follows a hole waits for it.
            if (n > 0 && n < Notifications - 10 && random.Next(6) == 0)
            {
                lost++;
                continue;
            }

            await device.PublishAsync(DeviceTopics.Frame(device.Key), Notification(n));
            sent++;
            if (random.Next(10) == 0)
            {
                await device.PublishAsync(DeviceTopics.Frame(device.Key), Notification(n));
                repeated++;
            }
        }

        Assert.True(lost > 20 && repeated > 10);
        await worker.App.StopAsync(Budget.Token);
        EngineSnapshot end = worker.Engine.Snapshot();
        Assert.Equal((sent, repeated, 0, 0), (end.FramesAccepted, end.FramesDuplicate, end.FramesLate, end.FramesConflict));
        Assert.Equal(((long)sent * Samples, (long)lost * Samples), (end.SamplesProcessed, end.SamplesGap));
        Assert.Equal((0, 0), (end.ClockRestarts, end.SamplesCut));
        Assert.Empty(worker.Log.Lines);
    }

    /// <summary>One number, one content: a repeat is the same bytes. The clock wanders by up to 20 ms.</summary>
    private static byte[] Notification(int number)
    {
        byte[] message = new byte[10 + (3 * Samples)];
        double wander = new Random(number).NextDouble() * 0.02;
        double seconds = ((number + 1) * Samples / TrueRate) + wander;
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(1), 820_000_000_000_000_000 + (ulong)(seconds * 1e9));
        Random samples = new(number);
        for (int i = 10; i < message.Length; i += 3)
        {
            BinaryPrimitives.WriteInt16LittleEndian(message.AsSpan(i), (short)samples.Next(0, 1000));
        }

        return message;
    }
}
