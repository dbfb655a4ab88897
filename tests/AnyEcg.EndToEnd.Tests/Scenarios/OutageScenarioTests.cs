using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Simulator;
using AnyEcg.Worker.Tests;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>The scenario with outages through broker and worker: from the device's first sample to the engine's last, all are accounted for.</summary>
[Collection(WholeSystem.Name)]
[Trait("Category", "Outage")]
public sealed class OutageScenarioTests
{
    [Fact]
    public async Task WardWithOutages_EverySampleArrivesAtTheEngine()
    {
        Scenario scenario = ScenarioPlay.Load("ward-with-outages");
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using RunningWorker worker = await RunningWorker.ReadyAsync(broker.Port);
        await using SimulatedFleet fleet = new(
            new FleetOptions
            {
                Port = broker.Port,
                Members = scenario.Members(ScenarioPlay.Folder, speed: 20),
                ReconnectMin = TimeSpan.FromMilliseconds(20),
                ReconnectMax = TimeSpan.FromMilliseconds(200),
                PublishTruth = scenario.Truth,
            },
            TimeProvider.System);

        await fleet.RunAsync(Budget.Token);
        long samples = fleet.Devices.Count * 150 * 250;
        Assert.Equal(new DeviceLedger(samples, samples, 0, 0, 0), fleet.Ledger);
        await Budget.UntilAsync(() => worker.Engine.Snapshot() is { FramesPending: 0 } at && at.SamplesProcessed == samples);
        EngineSnapshot end = worker.Engine.Snapshot();
        Assert.Equal((0, 0, 0), (end.SamplesGap, end.FramesLate, end.FramesConflict));
        Assert.Equal(fleet.Counters.Sent, end.FramesAccepted);
    }
}
