using System.Collections.Concurrent;

namespace AnyEcg.Simulator.Tests;

public sealed class FleetSchedulerTests
{
    private readonly ManualTime time = new();
    private readonly ConcurrentQueue<(int Device, double Second)> turns = new();

    [Fact]
    public async Task RunAsync_ManyDevices_EachGetsItsTurnsInTimeAndInOrder()
    {
        const int devices = 500;
        int[] counts = new int[devices];
        FleetScheduler scheduler = new(devices, (device, now) => Next(device, now), time);
        await RunAsync(scheduler, async () =>
        {
            for (int i = 0; i < devices; i++)
                scheduler.Wake(devices - 1 - i, TimeSpan.FromMilliseconds(devices - 1 - i));
            for (int second = 0; second < 5; second++)
            {
                await StepAsync(1_000, (second + 1) * devices);
            }
        });

        (int Device, double Second)[] all = [.. turns];
        for (int second = 0; second < 5; second++)
            Assert.Equal(Enumerable.Range(0, devices), all[(second * devices)..((second + 1) * devices)].Select(t => t.Device));

        TimeSpan Next(int device, TimeSpan now)
        {
            turns.Enqueue((device, now.TotalSeconds));
            return TimeSpan.FromMilliseconds((++counts[device] * 1_000) + device);
        }
    }

    [Fact]
    public async Task Wake_Asleep_TakesItsTurnAtOnceAndOnce()
    {
        FleetScheduler scheduler = new(
            2,
            (device, now) =>
            {
                turns.Enqueue((device, now.TotalSeconds));
                return FleetScheduler.Asleep;
            },
            time);
        await RunAsync(scheduler, async () =>
        {
            scheduler.Wake(1, TimeSpan.FromHours(1));
            time.Advance(TimeSpan.FromMinutes(1));
            scheduler.Wake(1);
            await UntilAsync(1);
            Assert.Equal((1, 60), turns.Single());
            await StepAsync(3_600_000, 1);
        });
        Assert.Single(turns);
    }

    [Fact]
    public async Task RunAsync_TurnThatThrows_EndsWithIt()
    {
        FleetScheduler scheduler = new(1, (_, _) => throw new IOException("gone"), time);
        scheduler.Wake(0);
        await Assert.ThrowsAsync<IOException>(() => scheduler.RunAsync(CancellationToken.None));
    }

    private static async Task RunAsync(FleetScheduler scheduler, Func<Task> work)
    {
        using CancellationTokenSource stop = new();
        Task run = Task.Run(() => scheduler.RunAsync(stop.Token));
        await work();
        await stop.CancelAsync();
        await run.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private async Task StepAsync(int milliseconds, int expected)
    {
        time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        await UntilAsync(expected);
    }

    private async Task UntilAsync(int expected)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        while (turns.Count < expected)
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, patience.Token);
    }
}
