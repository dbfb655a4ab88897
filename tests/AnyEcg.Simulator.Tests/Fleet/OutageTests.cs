using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator.Tests;

/// <summary>Store and forward with the real client and broker, through a network that breaks.</summary>
public sealed class OutageTests : IDisposable
{
    private readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));

    public void Dispose() => patience.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task RunAsync_NetworkThatBreaks_DeliversEverySample(int connections)
    {
        const int devices = 8, seconds = 60;
        using TestRecord record = new(samples: seconds * 250);
        await using EmbeddedBroker broker = new(new EmbeddedBrokerOptions(), TimeProvider.System);
        await broker.StartAsync(patience.Token);
        (Listener listener, MqttConnection subscriber) = await Listener.StartAsync(broker.Port, patience.Token);
        await using MqttConnection _ = subscriber;
        await using FaultProxy network = new(new FaultProxyOptions { TargetPort = broker.Port }, TimeProvider.System);
        network.Start();
        FleetOptions options = new()
        {
            Port = network.Port,
            Records = [record.Path],
            Devices = devices,
            Connections = connections,
            ReconnectMin = TimeSpan.FromMilliseconds(20),
            ReconnectMax = TimeSpan.FromMilliseconds(50),
        };
        await using SimulatedFleet fleet = new(options with { Device = options.Device with { FirstEpoch = 1, Speed = 20 } }, TimeProvider.System);
        Task run = fleet.RunAsync(patience.Token);
        for (int outage = 1; outage <= 3; outage++)
        {
            await UntilAsync(() => fleet.Ledger.Acknowledged >= outage * devices * 10 * 250);
            network.Faults = new NetworkFaults { RefuseConnections = true };
            network.Cut(ConnectionCut.Reset);

            // On a slow machine the devices may be near their end by now.
            long goal = Math.Min(fleet.Ledger.Generated + (devices * 5 * 250), devices * seconds * 250);
            await UntilAsync(() => fleet.Ledger.Generated >= goal);
            Assert.True(fleet.Ledger.Stored > 0);
            network.Faults = NetworkFaults.None;
        }

        await run;
        Assert.Equal(new DeviceLedger(devices * seconds * 250, devices * seconds * 250, 0, 0, 0), fleet.Ledger);
        Assert.Equal((devices * seconds, 0), (fleet.Counters.Sent, fleet.Counters.Failed));
        await UntilAsync(() => listener.Messages.GroupBy(m => m.Topic.Key).All(IsWhole));
    }

    /// <summary>Every frame came, and those that came once came in order.</summary>
    private static bool IsWhole(IEnumerable<(InputTopic Topic, byte[] Payload, string? ContentType)> messages)
    {
        EcgFrame frame = new();
        List<long> firsts = [];
        foreach ((_, byte[] payload, _) in messages.Where(m => m.Topic.Kind == InputKind.Frame))
        {
            Assert.Equal(FrameRejection.None, NativeFrameCodec.Decode(payload, frame));
            firsts.Add(frame.FirstSample);
        }

        return firsts.Distinct().SequenceEqual(Enumerable.Range(0, 60).Select(i => 250L * i));
    }

    private async Task UntilAsync(Func<bool> reached)
    {
        while (!reached())
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
    }
}
