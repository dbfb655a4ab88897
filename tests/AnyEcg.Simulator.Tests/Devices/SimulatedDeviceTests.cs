using AnyEcg.Protocol;

namespace AnyEcg.Simulator.Tests;

public sealed class SimulatedDeviceTests
{
    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(20, 0.05)]
    [InlineData(0.5, 2.0)]
    public async Task MessagesAsync_AtASpeed_ComeWhenTheirLastSampleIsTaken(double speed, double secondsPerFrame)
    {
        using TestRecord record = new(samples: 750);
        ManualTime time = new();
        using SimulatedDevice device = new(DeviceScriptTests.Options(record) with { Speed = speed }, time);
        await using IAsyncEnumerator<DeviceMessage> messages = device.MessagesAsync(CancellationToken.None).GetAsyncEnumerator();

        Assert.True(messages.MoveNextAsync().AsTask().IsCompletedSuccessfully, "the descriptor waits");
        Assert.Equal(InputKind.Meta, messages.Current.Kind);
        Assert.True(await messages.MoveNextAsync());
        for (int frame = 1; frame <= 3; frame++)
        {
            ValueTask<bool> next = messages.MoveNextAsync();
            time.Advance(TimeSpan.FromSeconds(secondsPerFrame * 0.99));
            Assert.False(next.IsCompleted, "the frame came before its last sample");
            time.Advance(TimeSpan.FromSeconds(secondsPerFrame * 0.01) + TimeSpan.FromMilliseconds(1));
            Assert.True(await next);
            Assert.Equal(InputKind.Frame, messages.Current.Kind);
            time.Advance(-TimeSpan.FromMilliseconds(1));
        }

        Assert.True(await messages.MoveNextAsync());
        Assert.Equal(InputKind.Status, messages.Current.Kind);
        Assert.False(await messages.MoveNextAsync());
    }

    [Fact]
    public async Task MessagesAsync_AtFullSpeed_NeverWait()
    {
        using TestRecord record = new(samples: 25_000);
        using SimulatedDevice device = new(DeviceScriptTests.Options(record) with { Speed = double.PositiveInfinity }, new ManualTime());
        int frames = 0;
        await foreach (DeviceMessage message in device.MessagesAsync(CancellationToken.None))
            frames += message.Kind == InputKind.Frame ? 1 : 0;
        Assert.Equal(100, frames);
    }

    [Fact]
    public async Task MessagesAsync_SlowConsumer_GetsAllOfThemLate()
    {
        using TestRecord record = new(samples: 2_500);
        ManualTime time = new();
        using SimulatedDevice device = new(DeviceScriptTests.Options(record), time);
        await using IAsyncEnumerator<DeviceMessage> messages = device.MessagesAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await messages.MoveNextAsync());
        time.Advance(TimeSpan.FromSeconds(60));
        int rest = 0;
        while (await messages.MoveNextAsync())
            rest++;
        Assert.Equal(12, rest);
    }

    [Fact]
    public async Task MessagesAsync_Cancelled_Stops()
    {
        using TestRecord record = new(samples: 2_500);
        using SimulatedDevice device = new(DeviceScriptTests.Options(record), new ManualTime());
        using CancellationTokenSource stop = new();
        await using IAsyncEnumerator<DeviceMessage> messages = device.MessagesAsync(stop.Token).GetAsyncEnumerator();
        Assert.True(await messages.MoveNextAsync());
        Assert.True(await messages.MoveNextAsync());
        ValueTask<bool> waiting = messages.MoveNextAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Constructor_SpeedThatIsNone_Throws(double speed)
    {
        using TestRecord record = new(samples: 10);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SimulatedDevice(DeviceScriptTests.Options(record) with { Speed = speed }, new ManualTime()));
    }
}
