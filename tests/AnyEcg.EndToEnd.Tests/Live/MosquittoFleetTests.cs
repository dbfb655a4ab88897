using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Simulator;
using AnyEcg.Worker.Tests;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>Worker, devices and a backend around a broker that is not ours.</summary>
[Collection(WholeSystem.Name)]
public sealed class MosquittoFleetTests
{
    private const int Devices = 20;

    [MosquittoFact]
    public async Task Fleet_ThroughMosquitto_IsSeenByABackend()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync(
            ["allow_anonymous true", "max_inflight_messages 0", "max_queued_messages 100000"], Budget.Token);
        RecordingReceiver backend = new();
        await using MqttConnection subscriber = await Clients.ConnectAsync(broker.Port, "backend", backend);
        await subscriber.SubscribeAsync("anyecg/v1/#", MqttQos.AtMostOnce);
        await using RunningWorker worker = await RunningWorker.ReadyAsync(broker.Port);
        await using SimulatedFleet fleet = new(Options(broker.Port), TimeProvider.System);

        await fleet.RunAsync(Budget.Token);
        await Budget.UntilAsync(() => worker.Engine.Snapshot().FramesAccepted == fleet.Counters.Sent);
        await worker.App.StopAsync(Budget.Token);

        List<Received> messages = [];
        while (backend.TryTake(out Received? message))
        {
            messages.Add(message!);
        }

        Assert.Equal(0, fleet.Counters.Failed);
        Assert.Equal(Devices, messages.Where(m => Last(m) == "rhythm").Select(m => m.Topic).Distinct().Count());
        string[] kinds = [.. messages.Where(m => Last(m) == "alert").Select(m => AlertFacts.Of(m).Kind).Distinct()];
        Assert.Contains("device-offline", kinds);
        Assert.Contains("lead-off", kinds);
        Assert.Empty(worker.Log.Lines);
    }

    [MosquittoFact]
    public async Task Worker_BackFromAnOutage_TakesUpTheBacklogWithItsDescriptors()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync(
            ["allow_anonymous true", "max_inflight_messages 0", "max_queued_messages 100000"], Budget.Token);
        await using Device device = await Device.ConnectAsync(broker.Port);
        await device.DescribeAsync();
        await using (RunningWorker first = await RunningWorker.ReadyAsync(broker.Port))
        {
            await device.SendAsync(3);
            await Budget.UntilAsync(() => first.Engine.Snapshot().FramesAccepted == 3);
        }

        await device.SendAsync(200);
        await using RunningWorker second = await RunningWorker.StartAsync(broker.Port);

        await Budget.UntilAsync(() => second.Engine.Snapshot().FramesAccepted >= 200);
        Assert.Equal((200, 200), (second.Ingest.FramesReceived, second.Engine.Snapshot().FramesAccepted));
    }

    private static FleetOptions Options(int port) => new()
    {
        Port = port,
        Group = "ward",
        Records = [Released.Recording("leadoff_100"), Released.Recording("af_A00395")],
        Devices = Devices,
        Device = new SimulatedDeviceOptions { Key = default, Record = "", Speed = double.PositiveInfinity },
    };

    private static string Last(Received message) => message.Topic[(message.Topic.LastIndexOf('/') + 1)..];
}
