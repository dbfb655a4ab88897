using AnyEcg.Mqtt;

namespace AnyEcg.Simulator.Tests;

/// <summary>Eight hours without a network, on a clock of the test's own: what a device has room for comes, and it knows what it dropped.</summary>
public sealed class NightOfflineTests
{
    private const int Rate = 125, FrameSeconds = 10;

    private readonly ManualTime time = new();

    [Fact]
    public async Task NightOffline_RoomyStoreLosesNothing_SmallOneKnowsWhatItDropped()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "scenarios");
        FleetMember[] members = [.. ScenarioFile.Load(Path.Combine(folder, "night-offline.json")).Members(folder, 1)];
        Outage night = Assert.Single(members[0].Outages);
        Assert.Equal(night, Assert.Single(members[1].Outages));
        await using FakeBroker broker = new();
        using CancellationTokenSource stop = new();
        await using SimulatedFleet fleet = new(
            new FleetOptions { Members = [.. members.Select(member => member with { Outages = [] })] }, time, _ => broker);
        Task run = fleet.RunAsync(stop.Token);

        await PlayAsync(fleet, night.At, step: FrameSeconds);
        broker.Turn(MqttConnectionState.Connecting);
        await PlayAsync(fleet, night.Seconds, step: 60);
        long dropped = (long)(night.Seconds - members[1].Store!.Seconds) * Rate;
        Assert.Equal((0, dropped), (fleet.LedgerOf(0).Dropped, fleet.LedgerOf(1).Dropped));
        Assert.Equal((long)night.Seconds * Rate, fleet.LedgerOf(0).Stored);

        broker.Turn(MqttConnectionState.Connected);
        await PlayAsync(fleet, 1_000, step: 1);
        long generated = (long)(night.At + night.Seconds + 1_000) * Rate;
        Assert.Equal(new DeviceLedger(generated, generated, 0, 0, 0), fleet.LedgerOf(0));
        Assert.Equal(new DeviceLedger(generated, generated - dropped, 0, dropped, 0), fleet.LedgerOf(1));
        await stop.CancelAsync();
        await run;
    }

    private async Task PlayAsync(SimulatedFleet fleet, double seconds, double step)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        for (double at = 0; at < seconds; at += step)
        {
            await UntilIdleAsync();
            time.Advance(TimeSpan.FromSeconds(step));
        }

        await UntilIdleAsync();

        async Task UntilIdleAsync()
        {
            for (int i = 0; !fleet.IsIdle; i++)
            {
                patience.Token.ThrowIfCancellationRequested();
                if (i < 50)
                    await Task.Yield();
                else
                    await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, patience.Token);
            }
        }
    }
}
