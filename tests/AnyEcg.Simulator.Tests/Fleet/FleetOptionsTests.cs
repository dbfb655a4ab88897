using AnyEcg.Signal;

namespace AnyEcg.Simulator.Tests;

public sealed class FleetOptionsTests
{
    private static readonly FleetOptions Good = new() { Records = ["a", "b"], Devices = 3 };

    [Fact]
    public void Validate_Defaults_HaveNoFault() => Assert.Empty(Good.Validate());

    [Fact]
    public void Validate_ManyFaults_NamesThemAll()
    {
        FleetOptions bad = Good with
        {
            Port = 0,
            Group = "a/b",
            Prefix = "#",
            Devices = 0,
            Connections = 5,
            Records = [],
            StreamNames = [],
            Duration = TimeSpan.Zero,
            Device = Good.Device with
            {
                Speed = double.NaN,
                FrameSeconds = 20,
                Faults = new FaultOptions { Loss = -1, Duplicate = 2, Reorder = double.NaN, JitterSeconds = -1 },
            },
        };
        Assert.Equal(13, bad.Validate().Count);
        Assert.Single((Good with { StreamNames = ["a"] }).Validate());
        Assert.Throws<ArgumentException>(() => new SimulatedFleet(bad, new ManualTime()));
    }

    [Fact]
    public void DeviceAt_EachDevice_HasItsOwnNameRecordSeedAndPhase()
    {
        SimulatedDeviceOptions[] devices = [.. Enumerable.Range(0, 3).Select(Good.DeviceAt)];
        Assert.Equal(["sim-1", "sim-2", "sim-3"], devices.Select(d => d.Key.Stream));
        Assert.Equal(["a", "b", "a"], devices.Select(d => d.Record));
        Assert.Equal(3, devices.Select(d => d.Seed).Distinct().Count());
        Assert.Equal(3, devices.Select(d => d.PhaseSeconds).Distinct().Count());
        Assert.All(devices, d => Assert.InRange(d.PhaseSeconds, 0, 1));
    }

    [Fact]
    public void DeviceAt_NamesGiven_AreUsedAndOneDeviceHasNoPhase()
    {
        FleetOptions one = Good with { Devices = 1, StreamNames = ["bed-4"] };
        Assert.Equal(new StreamKey("demo", "bed-4"), one.DeviceAt(0).Key);
        Assert.Equal(0, one.DeviceAt(0).PhaseSeconds);
    }
}
