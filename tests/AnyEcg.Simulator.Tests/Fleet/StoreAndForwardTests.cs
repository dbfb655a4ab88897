using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator.Tests;

/// <summary>A device that goes on sampling while the network is away, against a connection and a clock that the test holds.</summary>
public sealed class StoreAndForwardTests : IAsyncDisposable
{
    private const int Seconds = 60, Rate = 250;

    private readonly TestRecord record = new(samples: Seconds * Rate);
    private readonly ManualTime time = new();
    private readonly FakeBroker broker = new();
    private readonly CancellationTokenSource stop = new();
    private SimulatedFleet? fleet;
    private Task running = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        for (int i = 0; i < 10 && !running.IsCompleted; i++)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
        }

        if (fleet is not null)
            await fleet.DisposeAsync();
        stop.Dispose();
        record.Dispose();
    }

    [Fact]
    public async Task NetworkAway_DeviceGoesOnSamplingAndForwardsInOrder()
    {
        Start(new StoreOptions());
        await PlayAsync(10);
        Assert.Equal(new DeviceLedger(10 * Rate, 10 * Rate, 0, 0, 0), fleet!.Ledger);

        broker.Turn(MqttConnectionState.Connecting);
        await PlayAsync(20);
        Assert.Equal(new DeviceLedger(30 * Rate, 10 * Rate, 20 * Rate, 0, 0), fleet.Ledger);

        broker.Turn(MqttConnectionState.Connected);
        await PlayAsync(5);
        await UntilAsync(() => fleet.Ledger == new DeviceLedger(35 * Rate, 35 * Rate, 0, 0, 0));
        Assert.Equal(Enumerable.Range(0, 35).Select(i => (long)i * Rate), Firsts());
    }

    [Fact]
    public async Task NetworkAway_FullStoreDropsTheOldestKnowingly()
    {
        Start(new StoreOptions { Seconds = 8 });
        await PlayAsync(5);
        broker.Turn(MqttConnectionState.Connecting);
        await PlayAsync(30);
        Assert.Equal(new DeviceLedger(35 * Rate, 5 * Rate, 8 * Rate, 22 * Rate, 0), fleet!.Ledger);
        Assert.Equal(22, fleet.Counters.Failed);

        broker.Turn(MqttConnectionState.Connected);
        await PlayAsync(3);
        await UntilAsync(() => fleet.Ledger.Stored == 0);
        Assert.Equal(Enumerable.Range(0, 5).Concat(Enumerable.Range(27, 11)).Select(i => (long)i * Rate), Firsts());
    }

    [Fact]
    public async Task Unacknowledged_StaysStoredAndIsNotSentAgainByUs()
    {
        Start(new StoreOptions { Window = 4 });
        broker.AnswersAtOnce = false;
        await PlayAsync(10);
        Assert.Equal(new DeviceLedger(10 * Rate, 0, 10 * Rate, 0, 0), fleet!.Ledger);
        Assert.Equal([0, 250, 500, 750], Firsts());

        broker.Turn(MqttConnectionState.Connecting);
        broker.Turn(MqttConnectionState.Connected);
        await PlayAsync(2);
        Assert.Equal(4, broker.Frames.Count);

        broker.AnswersAtOnce = true;
        broker.AnswerAll();
        await PlayAsync(2);
        await UntilAsync(() => fleet.Ledger.Stored == 0);
        Assert.Equal(Enumerable.Range(0, 14).Select(i => (long)i * Rate), Firsts());
    }

    [Fact]
    public async Task Refused_IsDroppedKnowingly()
    {
        Start(new StoreOptions());
        broker.AnswersAtOnce = false;
        await PlayAsync(3);
        broker.AnswerAll(new MqttPublishException(MqttReasonCode.NotAuthorized, "no"));
        await UntilAsync(() => fleet!.Ledger == new DeviceLedger(3 * Rate, 0, 0, 3 * Rate, 0));
        Assert.Equal(3, fleet!.Counters.Failed);
    }

    [Fact]
    public async Task Reconnect_BacklogLeavesAtTheCatchUpRate()
    {
        Start(new StoreOptions { CatchUp = 4 });
        await PlayAsync(1);
        broker.Turn(MqttConnectionState.Connecting);
        await PlayAsync(39);
        broker.Turn(MqttConnectionState.Connected);
        await PlayAsync(5);
        Assert.InRange(broker.Frames.Count, 1 + 18, 1 + 24);
        await PlayAsync(10);
        await UntilAsync(() => fleet!.Ledger == new DeviceLedger(55 * Rate, 55 * Rate, 0, 0, 0));
    }

    [Fact]
    public async Task Reconnect_SaysAgainWhatItIs()
    {
        Start(new StoreOptions());
        await PlayAsync(2);
        broker.Turn(MqttConnectionState.Connecting);
        await PlayAsync(2);
        broker.Turn(MqttConnectionState.Connected);
        await PlayAsync(1);
        await UntilAsync(() => broker.Frames.Count == 5);
        string[] topics = [.. broker.Published.Select(m => m.Topic[(m.Topic.LastIndexOf('/') + 1)..])];
        Assert.Equal(["meta", "status", "frame", "frame", "meta", "status", "frame", "frame", "frame"], topics);
    }

    [Fact]
    public async Task AtMostOnce_WithoutConnectionIsDropped()
    {
        Start(new StoreOptions(), MqttQos.AtMostOnce);
        await PlayAsync(3);
        broker.Turn(MqttConnectionState.Connecting);
        await PlayAsync(4);
        broker.Turn(MqttConnectionState.Connected);
        await PlayAsync(3);
        await UntilAsync(() => fleet!.Ledger == new DeviceLedger(10 * Rate, 6 * Rate, 0, 4 * Rate, 0));
        Assert.Equal([0, 1, 2, 7, 8, 9], Firsts().Select(f => f / Rate));
    }

    [Fact]
    public async Task EndOfRecord_WhileAway_LeavesItsLastWordAfterTheStore()
    {
        Start(new StoreOptions());
        await PlayAsync(1);
        broker.Turn(MqttConnectionState.Connecting);
        await PlayAsync(Seconds + 5);
        Assert.False(running.IsCompleted);
        broker.Turn(MqttConnectionState.Connected);
        await PlayAsync(8);
        await running.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(new DeviceLedger(Seconds * Rate, Seconds * Rate, 0, 0, 0), fleet!.Ledger);
        Assert.Equal(0, fleet.Counters.Failed);
        Assert.EndsWith("/status", broker.Published[^1].Topic, StringComparison.Ordinal);
    }

    /// <summary>The window of long frames is longer than the store: nothing is dropped for it.</summary>
    [Fact]
    public async Task FullSpeed_StoreShorterThanTheWindow_DropsNothing()
    {
        FleetOptions options = new() { Records = [record.Path], Store = new StoreOptions { Seconds = 5 } };
        fleet = new SimulatedFleet(
            options with { Device = options.Device with { FrameSeconds = 10, Speed = double.PositiveInfinity } }, time, _ => broker);
        running = fleet.RunAsync(stop.Token);
        await running.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(new DeviceLedger(Seconds * Rate, Seconds * Rate, 0, 0, 0), fleet.Ledger);
    }

    private void Start(StoreOptions store, MqttQos qos = MqttQos.AtLeastOnce)
    {
        FleetOptions options = new() { Records = [record.Path], Store = store, Qos = qos };
        fleet = new SimulatedFleet(options with { Device = options.Device with { FirstEpoch = 1, Clock = DeviceClock.None } }, time, _ => broker);
        running = fleet.RunAsync(stop.Token);
    }

    /// <summary>Lets seconds pass, bit by bit, and waits each time until all that is due is done.</summary>
    private async Task PlayAsync(int seconds)
    {
        await UntilAsync(() => fleet!.IsIdle || running.IsCompleted);
        for (int i = 0; i < 4 * seconds; i++)
        {
            time.Advance(TimeSpan.FromSeconds(0.25));
            await UntilAsync(() => fleet!.IsIdle || running.IsCompleted);
        }
    }

    private IEnumerable<long> Firsts()
    {
        EcgFrame frame = new();
        return [.. broker.Frames.Select(m => NativeFrameCodec.Decode(m.Payload.Span, frame) == FrameRejection.None ? frame.FirstSample : -1)];
    }

    private static async Task UntilAsync(Func<bool> reached)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        while (!reached())
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, patience.Token);
    }
}
