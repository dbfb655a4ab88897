namespace AnyEcg.Mqtt.Tests;

public sealed class KeepAliveTests
{
    [Fact]
    public async Task Consumer_NeverAcknowledges_ConnectionSurvivesSeveralIntervals()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver receiver = new();
        MqttClientOptions options = Clients.Options(broker.Port, "slow");
        options.KeepAlive = TimeSpan.FromSeconds(2);
        options.ReceiveMaximum = 3;
        await using MqttConnection slow = await Clients.ConnectAsync(options, receiver);
        await slow.SubscribeAsync("t");
        await using MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "p");
        for (int i = 0; i < 10; i++)
            await publisher.PublishAsync("t", $"{i}");
        long start = TimeProvider.System.GetTimestamp();
        await Budget.UntilAsync(() => TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(6.5));
        Assert.Equal(MqttConnectionState.Connected, slow.State);
        Assert.Equal(0, slow.Counters.ConnectionsLost);
        Assert.Equal(3, receiver.Count);
    }

    [Fact]
    public async Task Silence_ClientSendsPings_AndClosesWithoutAnswer()
    {
        FakeTime time = new();
        using ScriptedBroker broker = new();
        MqttClientOptions options = new() { Port = broker.Port, ClientId = "c", KeepAlive = TimeSpan.FromSeconds(100) };
        await using MqttConnection client = new(options, new RecordingReceiver(), time);
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer peer, ConnectPacket connect) = await broker.AcceptAsync(new ConnackPacket { ServerKeepAlive = 40 });
        using RawPeer owned = peer;
        await starting;
        Assert.Equal(100, connect.KeepAlive);
        time.Advance(TimeSpan.FromSeconds(29.9));
        time.Advance(TimeSpan.FromSeconds(0.2));
        await peer.ExpectAsync(PacketType.Pingreq);
        await peer.SendAsync(new PingPacket(PacketType.Pingresp));
        await peer.SendAsync(new OutgoingPublish(Clients.Text("t", "x", MqttQos.AtMostOnce), 0, false));
        await Budget.UntilAsync(() => client.Counters.MessagesReceived == 1);
        time.Advance(TimeSpan.FromSeconds(30));
        await peer.ExpectAsync(PacketType.Pingreq);
        TaskCompletionSource<MqttConnectionChange> lost = new();
        client.StateChanged += change => lost.TrySetResult(change);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(await peer.ReadAsync());
        peer.Dispose();
        Assert.Equal(MqttReasonCode.KeepAliveTimeout, (await lost.Task.WaitAsync(Budget.Limit)).ReasonCode);
    }

    [Fact]
    public async Task Broker_SilentClient_IsDisconnectedAndItsWillPublished()
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        RecordingReceiver receiver = new();
        MqttClientOptions options = Clients.Options(broker.Port, "watcher");
        options.KeepAlive = TimeSpan.Zero;
        await using MqttConnection watcher = await Clients.ConnectAsync(options, receiver);
        await watcher.SubscribeAsync("will");
        ConnectPacket connect = new() { ClientId = "silent", KeepAlive = 10, Will = Clients.Text("will", "gone") };
        using RawPeer silent = await RawPeer.LogInAsync(broker.Port, connect);
        time.Advance(TimeSpan.FromSeconds(14));
        await silent.SendAsync(new PingPacket(PacketType.Pingreq));
        await silent.ExpectAsync(PacketType.Pingresp);
        time.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal(0, receiver.Count);
        time.Advance(TimeSpan.FromSeconds(2));
        await silent.ExpectDisconnectAsync(MqttReasonCode.KeepAliveTimeout);
        silent.Dispose();
        Assert.Equal("gone", (await receiver.NextAsync()).Text);
    }
}
