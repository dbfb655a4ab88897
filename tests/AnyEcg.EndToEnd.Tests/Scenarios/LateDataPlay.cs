using System.Collections.Immutable;
using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Simulator;
using AnyEcg.Worker.Tests;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>A frame of a device, as a test sends it when it likes.</summary>
internal sealed record LateFrame(DeviceMessage Message, double AtSeconds, int Samples);

/// <summary>What a worker made of the frames of one device that came in some order.</summary>
internal sealed record LateDataResult(IReadOnlyList<AlertReading> Alerts, IReadOnlyList<AlertFacts> Facts, EngineSnapshot End)
{
    public IReadOnlyList<AlertFacts> Live => [.. Facts.Where((_, i) => !Alerts[i].Historical)];

    public IReadOnlyList<AlertFacts> Historical => [.. Facts.Where((_, i) => Alerts[i].Historical)];
}

/// <summary>Sends the frames of one synthetic device through a broker to a worker in the order of the test's choice.</summary>
internal static class LateDataPlay
{
    private static readonly StreamKey Key = new("home", "patch-1");

    /// <summary>An hour ago: a device's time never lies in our future, however fast its frames are sent.</summary>
    private static readonly FixedClock Clock = new(TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(6));

    /// <summary>Seven minutes: asystole at 100 s, ventricular tachycardia at 230 s, fibrillation at 340 s.</summary>
    private static readonly ImmutableArray<RhythmSegment> Programme =
    [
        Sinus(100), Rhythm(SyntheticRhythm.Asystole, 12, 72), Sinus(118), Rhythm(SyntheticRhythm.VentricularTachycardia, 14, 180),
        Sinus(96), Rhythm(SyntheticRhythm.VentricularFibrillation, 15, 72), Sinus(65),
    ];

    /// <summary>The device's frames, a second each, and its descriptors.</summary>
    public static IReadOnlyList<LateFrame> Frames(DeviceFaultOptions? faults = null)
    {
        using SimulatedDevice device = new(
            new SimulatedDeviceOptions
            {
                Key = Key,
                Speed = double.PositiveInfinity,
                FirstEpoch = 1,
                Synthetic = new SyntheticOptions { Programme = Programme },
                DeviceFaults = faults ?? new DeviceFaultOptions(),
                Seed = 11,
            },
            Clock);
        return [.. device.Script()
            .Where(m => m.Kind is InputKind.Meta or InputKind.Frame)
            .Select(m => new LateFrame(m, m.AtSeconds, m.Samples))];
    }

    /// <summary>Sends all to a worker of its own; at the end the stream closes, so that everything is judged.</summary>
    public static async Task<LateDataResult> RunAsync(IEnumerable<LateFrame> frames)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver backend = new();
        await using MqttConnection subscriber = await Clients.ConnectAsync(broker.Port, "backend", backend);
        await subscriber.SubscribeAsync($"anyecg/v1/{Key.Group}/+/alert", MqttQos.AtMostOnce);
        await using RunningWorker worker = await RunningWorker.ReadyAsync(broker.Port, Released.Create);
        await using MqttConnection device = await Clients.ConnectAsync(broker.Port, "device");
        foreach (LateFrame frame in frames)
            await PublishAsync(device, frame.Message.Topic, frame.Message.Payload, frame.Message.ContentType, frame.Message.Retain);
        await PublishAsync(device, DeviceTopics.Meta(Key), default, "application/json", retain: true);

        await Budget.UntilAsync(() => worker.Engine.Snapshot() is { StreamsKnown: 0, SecondsObserved: > 0 });
        EngineSnapshot end = worker.Engine.Snapshot();
        List<Received> received = await backend.TakeAsync((int)end.AlertTransitions);
        return new LateDataResult([.. received.Select(m => AlertReading.TryParse(m.Payload)!)], [.. received.Select(AlertFacts.Of)], end);
    }

    private static async Task PublishAsync(MqttConnection device, string topic, ReadOnlyMemory<byte> payload, string type, bool retain) =>
        await device.PublishAsync(
            new MqttMessage { Topic = topic, Payload = payload, ContentType = type, Qos = MqttQos.AtLeastOnce, Retain = retain }, Budget.Token);

    private static RhythmSegment Sinus(double seconds) => Rhythm(SyntheticRhythm.Sinus, seconds, 70);

    private static RhythmSegment Rhythm(SyntheticRhythm rhythm, double seconds, double rate) => new() { Rhythm = rhythm, Seconds = seconds, Rate = rate };
}
