namespace AnyEcg.Mqtt.Tests;

/// <summary>A broker, or somebody in its place, that keeps a client waiting or makes it hoard.</summary>
public sealed class RogueBrokerTests
{
    private readonly FakeTime time = new();

    [Fact]
    public async Task Connect_ConnackThatNeverEnds_IsGivenUpWithinTheBudget()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Make(broker);
        Task starting = client.StartAsync(Budget.Token);
        using RawPeer peer = await broker.AcceptAsync();
        await peer.ExpectAsync(PacketType.Connect);
        await peer.SendAsync(0x20, 100, 0, 0);
        time.Advance(Budget.Limit);
        Assert.Null(await peer.ReadAsync());
        peer.Dispose();
        await Budget.UntilAsync(() => client.Counters.ConnectFailures == 1);
        await AbandonAsync(client, starting);
    }

    [Fact]
    public async Task Connect_ConnackAnnouncingMegabytes_IsRefusedBeforeTheyCome()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Make(broker);
        Task starting = client.StartAsync(Budget.Token);
        using RawPeer peer = await broker.AcceptAsync();
        await peer.ExpectAsync(PacketType.Connect);
        await peer.SendAsync(0x20, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0);
        while (await peer.ReadAsync() is not null)
        {
            // It may say why before it leaves.
        }

        peer.Dispose();
        await Budget.UntilAsync(() => client.Counters.ConnectFailures == 1);
        await AbandonAsync(client, starting);
    }

    [Fact]
    public async Task Connected_PacketThatDripsIn_DoesNotKeepTheConnectionAlive()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Make(broker);
        using RawPeer peer = await broker.ConnectAsync(client);
        TaskCompletionSource<MqttConnectionChange> lost = new();
        client.StateChanged += change => lost.TrySetResult(change);

        // A PUBLISH of 100,000 bytes, one at a time, and never an answer to the ping.
        await peer.SendAsync(0x30, 0xA0, 0x8D, 0x06);
        for (bool open = true; open && !lost.Task.IsCompleted; time.Advance(TimeSpan.FromSeconds(9)))
            open = await DripAsync(peer);

        Assert.Equal(MqttReasonCode.KeepAliveTimeout, (await lost.Task.WaitAsync(Budget.Limit)).ReasonCode);
        Assert.Equal(0, client.Counters.MessagesReceived);
    }

    private static async Task<bool> DripAsync(RawPeer peer)
    {
        try
        {
            await peer.SendAsync(0);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task AbandonAsync(MqttConnection client, Task starting)
    {
        await client.DisposeAsync();
        await Assert.ThrowsAsync<MqttException>(() => starting);
    }

    private MqttConnection Make(ScriptedBroker broker)
    {
        MqttClientOptions options = Clients.Options(broker.Port, "c");
        options.KeepAlive = TimeSpan.FromSeconds(30);
        return new MqttConnection(options, new RecordingReceiver(), time);
    }
}
