using AnyEcg.Mqtt;

namespace AnyEcg.Simulator.Tests;

/// <summary>Eight hours without a network in seconds: what a device has room for comes, and it knows what it dropped.</summary>
public sealed class NightOfflineTests
{
    [Fact]
    public async Task NightOffline_RoomyStoreLosesNothing_SmallOneKnowsWhatItDropped()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "scenarios");
        Scenario scenario = ScenarioFile.Load(Path.Combine(folder, "night-offline.json"));
        const double speed = 4_000;
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(120));
        await using EmbeddedBroker broker = new(new EmbeddedBrokerOptions(), TimeProvider.System);
        await broker.StartAsync(patience.Token);
        await using SimulatedFleet fleet = new(
            new FleetOptions
            {
                Port = broker.Port,
                Members = scenario.Members(folder, speed),
                Duration = TimeSpan.FromSeconds(scenario.DurationSeconds!.Value / speed),
                ReconnectMin = TimeSpan.FromMilliseconds(20),
                ReconnectMax = TimeSpan.FromMilliseconds(100),
            },
            TimeProvider.System);
        await fleet.RunAsync(patience.Token);

        DeviceLedger roomy = fleet.LedgerOf(0), small = fleet.LedgerOf(1);
        Assert.True(roomy.IsBalanced && small.IsBalanced);
        Assert.Equal((roomy.Generated, 0L, 0L), (roomy.Acknowledged, roomy.Stored, roomy.Dropped));
        Assert.Equal((0L, small.Generated), (small.Stored, small.Acknowledged + small.Dropped));

        // The network went at second 60 and came back 28,800 later, give or take what a busy machine adds.
        Assert.InRange(small.Dropped / 125.0, 28_800 - 7_200 - 3_000, 28_800 - 7_200 + 9_000);
        Assert.InRange(roomy.Generated / 125.0, 29_000, 60_000);
    }
}
