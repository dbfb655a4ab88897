namespace AnyEcg.Mqtt.Tests;

public sealed class BadBrokerTests
{
    [Theory]
    [InlineData("30 80 E1 EB 2F", MqttReasonCode.PacketTooLarge)]
    [InlineData("30 05 00 02 61 23 00", MqttReasonCode.TopicNameInvalid)]
    [InlineData("30 07 00 01 61 03 23 00 01", MqttReasonCode.TopicAliasInvalid)]
    [InlineData("20 03 00 00 00", MqttReasonCode.ProtocolError)]
    [InlineData("C0 00", MqttReasonCode.ProtocolError)]
    [InlineData("60 02 00 01", MqttReasonCode.MalformedPacket)]
    public async Task Connected_BadPacket_IsToldWhyAndReconnects(string hex, MqttReasonCode reason)
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer peer, _) = await broker.AcceptAsync(new ConnackPacket());
        await starting;
        await peer.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        await peer.ExpectDisconnectAsync(reason);
        peer.Dispose();
        (RawPeer again, _) = await broker.AcceptAsync(new ConnackPacket());
        again.Dispose();
    }

    [Fact]
    public async Task Connected_MoreThanTheReceiveMaximum_IsCountedAndAcknowledged()
    {
        using ScriptedBroker broker = new();
        MqttClientOptions options = Clients.Options(broker.Port, "c");
        options.ReceiveMaximum = 2;
        RecordingReceiver receiver = new();
        await using MqttConnection client = new(options, receiver, TimeProvider.System);
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer peer, ConnectPacket connect) = await broker.AcceptAsync(new ConnackPacket());
        using RawPeer owned = peer;
        await starting;
        Assert.Equal(2, connect.ReceiveMaximum);
        for (ushort id = 1; id <= 3; id++)
            await peer.SendAsync(new OutgoingPublish(Clients.Text("t", "x"), id, false));
        List<Received> messages = await receiver.TakeAsync(3);
        Assert.Equal(1, client.Counters.ReceiveMaximumExceeded);
        foreach (Received message in messages)
        {
            client.Acknowledge(message.Ack);
            await peer.ExpectAsync(PacketType.Puback);
        }
    }

    [Fact]
    public async Task Connected_WholeBacklogAtOnce_IsReadNoFasterThanItIsAcknowledged()
    {
        const int Messages = 60_000, OneRead = 4_000;
        using ScriptedBroker broker = new();
        MqttClientOptions options = Clients.Options(broker.Port, "c");
        options.ReceiveMaximum = 2;
        RecordingReceiver receiver = new();
        await using MqttConnection client = new(options, receiver, TimeProvider.System);
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer peer, _) = await broker.AcceptAsync(new ConnackPacket());
        using RawPeer owned = peer;
        await starting;
        Task flood = Task.Run(async () =>
        {
            for (int id = 1; id <= Messages; id++)
                await peer.SendAsync(new OutgoingPublish(Clients.Text("t", new string('x', 1000)), (ushort)id, false));
        });
        await Budget.UntilAsync(() => receiver.Count > 16_384);
        await Task.Delay(TimeSpan.FromSeconds(0.7), TimeProvider.System);
        Assert.False(flood.IsCompleted);
        Assert.InRange(receiver.Count, 16_384, 16_384 + OneRead);
        for (int taken = 0; taken < Messages; taken++)
            client.Acknowledge((await receiver.NextAsync()).Ack);
        await flood;
        Assert.Equal(MqttConnectionState.Connected, client.State);
        Assert.Equal(0, client.Counters.ProtocolErrors);
    }

    [Fact]
    public async Task Connected_BrokerDisconnects_TellsTheReasonAndReconnects()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        TaskCompletionSource<MqttConnectionChange> lost = new();
        client.StateChanged += change =>
        {
            if (change.State == MqttConnectionState.Connecting)
                lost.TrySetResult(change);
        };
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer peer, _) = await broker.AcceptAsync(new ConnackPacket());
        await starting;
        await peer.SendAsync(new DisconnectPacket(MqttReasonCode.ServerShuttingDown));
        Assert.Null(await peer.ReadAsync());
        peer.Dispose();
        Assert.Equal(MqttReasonCode.ServerShuttingDown, (await lost.Task.WaitAsync(Budget.Limit)).ReasonCode);
        (RawPeer again, _) = await broker.AcceptAsync(new ConnackPacket());
        again.Dispose();
    }

    [Fact]
    public async Task Connecting_FirstPacketIsNotAConnack_IsRefused()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        using CancellationTokenSource cancel = new();
        Task starting = client.StartAsync(cancel.Token);
        using RawPeer peer = await broker.AcceptAsync();
        await peer.ExpectAsync(PacketType.Connect);
        await peer.SendAsync(new PingPacket(PacketType.Pingresp));
        await peer.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
    }

    [Theory]
    [InlineData("50 02 00 07")] // PUBREC of nothing
    [InlineData("62 02 00 07")] // PUBREL of nothing
    [InlineData("50 02 00 01")] // PUBREC of the same message
    [InlineData("32 06 00 01 74 00 07 00")] // QoS 1
    public async Task Connected_FloodThatIsNotReadBack_EndsTheConnection(string hex)
    {
        using ScriptedBroker broker = new();
        MqttClientOptions options = Clients.Options(broker.Port, "c");
        options.OutboundLimit = 1000;
        AcknowledgingReceiver receiver = new();
        await using MqttConnection client = Clients.Make(options, receiver);
        receiver.Connection = client;
        using RawPeer peer = await broker.ConnectAsync(client);
        _ = client.PublishAsync("t", "x", MqttQos.ExactlyOnce).ContinueWith(_ => { }, TaskScheduler.Default);
        byte[] packet = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        byte[] flood = [.. Enumerable.Repeat(packet, 100_000).SelectMany(p => p)];
        TaskCompletionSource<MqttConnectionChange> lost = new();
        client.StateChanged += change => lost.TrySetResult(change);
        while (!lost.Task.IsCompleted)
        {
            try
            {
                await peer.SendAsync(flood);
            }
            catch (IOException)
            {
                break;
            }
        }

        Assert.Equal(MqttReasonCode.QuotaExceeded, (await lost.Task.WaitAsync(Budget.Limit)).ReasonCode);
    }

    [Fact]
    public async Task Disconnect_ReasonWithLineBreaks_StaysOneShortLineInTheLog()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        TaskCompletionSource<MqttConnectionChange> lost = new();
        using RawPeer peer = await broker.ConnectAsync(client);
        client.StateChanged += change => lost.TrySetResult(change);
        string text = "x\r\n2026-11-22 all is well\u001b[2J\u2028" + new string('y', 50_000);
        await peer.SendAsync(new DisconnectPacket(MqttReasonCode.ServerBusy, ReasonString: text, ServerReference: "a\nb"));
        MqttConnectionChange told = await lost.Task.WaitAsync(Budget.Limit);
        Assert.DoesNotContain(told.Reason!, c => char.IsControl(c) || c is '\u2028' or '\u2029');
        Assert.InRange(told.Reason!.Length, 20, 1000);
        Assert.Equal("a\nb", told.ServerReference);
    }

    [Fact]
    public async Task Receiver_Throws_EndsTheClientVisibly()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using MqttConnection client = await Clients.ConnectAsync(broker.Port, "c", new ThrowingReceiver());
        await client.SubscribeAsync("t");
        Task publishing = client.PublishAsync("t", "x");
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.Completion.WaitAsync(Budget.Limit));
        Assert.Equal(MqttConnectionState.Stopped, client.State);
        await publishing.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private sealed class ThrowingReceiver : IMqttReceiver
    {
        public void OnMessage(in MqttInbound message) => throw new InvalidOperationException("a receiver's fault");
    }

    private sealed class AcknowledgingReceiver : IMqttReceiver
    {
        public MqttConnection? Connection { get; set; }

        public void OnMessage(in MqttInbound message) => Connection!.Acknowledge(message.Ack);
    }
}
