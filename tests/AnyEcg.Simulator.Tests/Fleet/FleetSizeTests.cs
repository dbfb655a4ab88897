namespace AnyEcg.Simulator.Tests;

/// <summary>Memory is counted for the whole process: nothing else may run beside.</summary>
[CollectionDefinition(nameof(MemoryAlone), DisableParallelization = true)]
public sealed class MemoryAlone;

/// <summary>What a device costs: docs/simulator.md states it.</summary>
[Collection(nameof(MemoryAlone))]
public sealed class FleetSizeTests
{
    private const int Devices = 2_000;

    /// <summary>Memory per device that shares its connection, while it plays and has nothing stored.</summary>
    private const long MaxBytesPerDevice = 32 * 1024;

    [Fact]
    public async Task ManyDevices_TakeLittleMemoryEach()
    {
        ManualTime time = new();
        await using FakeBroker broker = new() { Keeps = false };
        long before = GC.GetTotalMemory(forceFullCollection: true);
        FleetOptions options = new() { Devices = Devices, Connections = 1 };
        await using SimulatedFleet fleet = new(
            options with { Device = options.Device with { Synthetic = new SyntheticOptions { Repeat = true } } }, time, _ => broker);
        using CancellationTokenSource stop = new(), patience = new(TimeSpan.FromSeconds(60));
        Task run = fleet.RunAsync(stop.Token);
        for (int i = 0; i < 20; i++)
        {
            while (!fleet.IsIdle)
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, patience.Token);
            time.Advance(TimeSpan.FromSeconds(0.25));
        }

        long after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.True(broker.Count > Devices * 3);
        Assert.InRange((after - before) / Devices, 0, MaxBytesPerDevice);
        await stop.CancelAsync();
        await run;
    }

    /// <summary>Every frame has its time, evenly spread over a second, or all the same.</summary>
    [Theory]
    [InlineData(false, 1_000)]
    [InlineData(true, 1)]
    public void DeviceAt_Phases_AreSpreadOrInStep(bool inStep, int distinct)
    {
        FleetOptions options = new() { Devices = 1_000, InStep = inStep, Records = ["r"] };
        double[] phases = [.. Enumerable.Range(0, 1_000).Select(i => options.DeviceAt(i).PhaseSeconds).Order()];
        Assert.Equal(distinct, phases.Distinct().Count());
        Assert.All(phases, phase => Assert.InRange(phase, 0, 1));
        Assert.All(phases.Zip(phases.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 0, 0.0011));
    }
}
