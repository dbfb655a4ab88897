using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator.Tests;

public sealed class SimulatedFleetTests : IDisposable
{
    private readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));

    public void Dispose() => patience.Dispose();

    [Theory]
    [InlineData(100, 0)]
    [InlineData(100, 4)]
    public async Task RunAsync_HundredDevices_DeliverEveryFrame(int devices, int connections)
    {
        using TestRecord record = new(samples: 1_000);
        await using EmbeddedBroker broker = await StartBrokerAsync();
        (Listener listener, MqttConnection subscriber) = await Listener.StartAsync(broker.Port, patience.Token);
        await using MqttConnection _ = subscriber;
        await using SimulatedFleet fleet = new(
            Options(record, broker.Port) with { Devices = devices, Connections = connections }, TimeProvider.System);
        await fleet.RunAsync(patience.Token);

        FleetCounters c = fleet.Counters;
        Assert.Equal((400, 400, 0, 0, 0), (c.Planned, c.Sent, c.Lost, c.Duplicated, c.Failed));
        await UntilAsync(() => listener.Count(InputKind.Frame) == 400);
        Assert.Equal(devices, listener.Messages.Select(m => m.Topic.Key).Distinct().Count());
        Assert.All(listener.Messages.GroupBy(m => m.Topic.Key), AssertOneDevice);
    }

    [Fact]
    public async Task RunAsync_Faulty_Conserves()
    {
        using TestRecord record = new(samples: 25_000);
        await using EmbeddedBroker broker = await StartBrokerAsync();
        (Listener listener, MqttConnection subscriber) = await Listener.StartAsync(broker.Port, patience.Token);
        await using MqttConnection _ = subscriber;
        FleetOptions options = Options(record, broker.Port);
        await using SimulatedFleet fleet = new(
            options with { Devices = 3, Device = options.Device with { Faults = new FaultOptions { Loss = 0.2, Duplicate = 0.1, Reorder = 0.1 } } },
            TimeProvider.System);
        await fleet.RunAsync(patience.Token);

        FleetCounters c = fleet.Counters;
        Assert.Equal(300, c.Planned);
        Assert.True(c.Lost > 0 && c.Duplicated > 0);
        Assert.Equal(c.Planned - c.Lost + c.Duplicated, c.Sent);
        Assert.Equal(0, c.Failed);
        await UntilAsync(() => listener.Count(InputKind.Frame) == c.Sent);
        Assert.Equal(c.Bytes, listener.Messages.Where(m => m.Topic.Kind == InputKind.Frame).Sum(m => m.Payload.Length));
    }

    [Fact]
    public async Task RunAsync_CutShort_LeavesAsOffline()
    {
        using TestRecord record = new(samples: 25_000);
        await using EmbeddedBroker broker = await StartBrokerAsync();
        (Listener listener, MqttConnection subscriber) = await Listener.StartAsync(broker.Port, patience.Token);
        await using MqttConnection _ = subscriber;
        FleetOptions options = Options(record, broker.Port);
        await using SimulatedFleet fleet = new(options with { Device = options.Device with { Speed = 50, Loop = true } }, TimeProvider.System);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
        Task run = fleet.RunAsync(stop.Token);
        await UntilAsync(() => listener.Count(InputKind.Frame) > 3);
        await stop.CancelAsync();
        await run;

        FleetCounters c = fleet.Counters;
        Assert.Equal(c.Planned - c.Lost + c.Duplicated, c.Sent + c.Failed);
        await UntilAsync(() => listener.Messages.Any(IsOffline));
    }

    [Fact]
    public async Task RunAsync_Killed_LeavesItsWill()
    {
        using TestRecord record = new(samples: 25_000);
        await using EmbeddedBroker broker = await StartBrokerAsync();
        (Listener listener, MqttConnection subscriber) = await Listener.StartAsync(broker.Port, patience.Token);
        await using MqttConnection _ = subscriber;
        FleetOptions options = Options(record, broker.Port);
        SimulatedFleet fleet = new(options with { Device = options.Device with { Speed = 1 } }, TimeProvider.System);
        using CancellationTokenSource stop = new();
        Task run = fleet.RunAsync(stop.Token);
        await UntilAsync(() => listener.Count(InputKind.Status) == 1);
        await fleet.DisposeAsync();
        await UntilAsync(() => listener.Messages.Any(IsOffline));
        await stop.CancelAsync();
        await Record.ExceptionAsync(() => run);
    }

    [Fact]
    public async Task RunAsync_NoBroker_GivesUpInTime()
    {
        using TestRecord record = new(samples: 250);
        await using SimulatedFleet fleet = new(
            Options(record, 1) with { ConnectTimeout = TimeSpan.FromMilliseconds(200) }, TimeProvider.System);
        await Assert.ThrowsAsync<TimeoutException>(() => fleet.RunAsync(patience.Token));
    }

    [Fact]
    public void Constructor_OneBadRecord_ThrowsBeforeAnythingIsSent()
    {
        using TestRecord record = new(samples: 250);
        FleetOptions options = Options(record, 1883) with { Records = [record.Path, record.Path + "-missing"], Devices = 2 };
        Assert.ThrowsAny<IOException>(() => new SimulatedFleet(options, TimeProvider.System));
    }

    private static FleetOptions Options(TestRecord record, int port)
    {
        FleetOptions options = new() { Port = port, Records = [record.Path] };
        return options with { Device = options.Device with { Speed = double.PositiveInfinity, FirstEpoch = 1 } };
    }

    private static bool IsOffline((InputTopic Topic, byte[] Payload, string? ContentType) message)
        => message.Topic.Kind == InputKind.Status
        && DeviceStatus.TryParse(message.Payload, out DeviceStatus? status) == DocumentRejection.None
        && status!.State == DeviceState.Offline;

    private static void AssertOneDevice(IEnumerable<(InputTopic Topic, byte[] Payload, string? ContentType)> messages)
    {
        EcgFrame frame = new();
        List<long> firsts = [];
        foreach ((InputTopic topic, byte[] payload, string? contentType) in messages.Where(m => m.Topic.Kind == InputKind.Frame))
        {
            Assert.Equal(FrameRejection.None, FrameDecoder.Decode(contentType, null, payload, frame));
            firsts.Add(frame.FirstSample);
        }

        Assert.Equal([0, 250, 500, 750], firsts);
        Assert.Contains(messages, m => m.Topic.Kind == InputKind.Meta);
    }

    private async Task<EmbeddedBroker> StartBrokerAsync()
    {
        EmbeddedBroker broker = new(new EmbeddedBrokerOptions(), TimeProvider.System);
        await broker.StartAsync(patience.Token);
        return broker;
    }

    private async Task UntilAsync(Func<bool> reached)
    {
        while (!reached())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
    }
}
