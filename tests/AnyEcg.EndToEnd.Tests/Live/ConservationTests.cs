using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Simulator;
using AnyEcg.Worker.Tests;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>Invariant 4 across the whole system: a lossy, doubling, reordering network is accounted for to the sample.</summary>
[Collection(WholeSystem.Name)]
public sealed class ConservationTests
{
    private const int Devices = 5;

    [Fact]
    public async Task FaultyNetwork_EverySampleIsAccountedFor()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using RunningWorker worker = await RunningWorker.ReadyAsync(broker.Port);
        await using MqttConnection network = await Clients.ConnectAsync(broker.Port, "network");
        List<SentFrames> sent = [];
        for (int i = 0; i < Devices; i++)
        {
            sent.Add(await SendAsync(network, i));
        }

        await Budget.UntilAsync(() => worker.Engine.Snapshot() is { StreamsKnown: 0, SecondsObserved: > 0 });
        EngineSnapshot end = worker.Engine.Snapshot();

        Assert.Equal(sent.Sum(s => s.Messages), worker.Ingest.FramesReceived);
        Assert.Equal(worker.Ingest.FramesReceived, worker.Ingest.FramesSubmitted);
        Assert.Equal(
            end.FramesReceived,
            end.FramesAccepted + end.FramesRejected + end.FramesDuplicate + end.FramesLate + end.FramesConflict + end.FramesDropped);
        Assert.Equal(sent.Sum(s => s.Repeats), end.FramesDuplicate);
        Assert.Equal((0, 0, 0), (end.FramesPending, end.FramesRejected, end.FramesLate));
        Assert.Equal(sent.Sum(s => s.DistinctSamples), end.SamplesProcessed);
        Assert.Equal(sent.Sum(s => s.Span - s.DistinctSamples), end.SamplesGap);
        Assert.Equal(end.PatchesEmitted, end.PatchesScored + end.PatchesSkipped);
        Assert.True(end is { FramesDuplicate: > 10, SamplesGap: > 1000, PatchesScored: > 100 }, "The network must have been faulty.");
    }

    private static async Task<SentFrames> SendAsync(MqttConnection network, int index)
    {
        StreamKey key = new("ward", $"bed-{index}");
        using SimulatedDevice device = new(
            new SimulatedDeviceOptions
            {
                Key = key,
                Record = Released.Recording("sinus_103"),
                Speed = double.PositiveInfinity,
                Seed = 40 + index,
                Faults = new FaultOptions { Loss = 0.05, Duplicate = 0.08, Reorder = 0.08 },
            },
            TimeProvider.System);
        SentFrames sent = new(device.Descriptor);
        await foreach (DeviceMessage message in device.MessagesAsync(Budget.Token))
        {
            if (message.Fate != FrameFate.Lost && message.Kind != InputKind.Status)
            {
                await PublishAsync(network, message.Topic, message.Payload, message.ContentType, message.Retain);
                sent.Add(message);
            }
        }

        await PublishAsync(network, DeviceTopics.Meta(key), default, "application/json", retain: true);
        return sent;
    }

    private static async Task PublishAsync(MqttConnection network, string topic, ReadOnlyMemory<byte> payload, string type, bool retain) =>
        await network.PublishAsync(
            new MqttMessage { Topic = topic, Payload = payload, ContentType = type, Qos = MqttQos.AtLeastOnce, Retain = retain }, Budget.Token);
}
