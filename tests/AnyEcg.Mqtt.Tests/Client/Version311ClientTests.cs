namespace AnyEcg.Mqtt.Tests;

/// <summary>MQTT 3.1.1: asked for, or fallen back to.</summary>
public sealed class Version311ClientTests
{
    [Theory]
    [InlineData("20 02 00 01")] // the return code of 3.1.1
    [InlineData("20 03 00 84 00")] // the reason code of 5
    public async Task Auto_BrokerKnowsOnly311_FallsBackAndRemembers(string hex)
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        List<MqttConnectionChange> changes = [];
        client.StateChanged += changes.Add;
        Task starting = client.StartAsync(Budget.Token);
        using (RawPeer refused = await broker.AcceptAsync())
        {
            Assert.Equal(MqttVersion.V5, ConnectPacket.Parse(await refused.ExpectAsync(PacketType.Connect)).Version);
            await refused.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        }

        (RawPeer first, ConnectPacket connect) = await broker.AcceptAsync(new ConnackPacket());
        await starting;
        Assert.Equal((MqttVersion.V311, "c", false), (connect.Version, connect.ClientId, connect.CleanStart));
        Assert.Equal(MqttVersion.V311, changes[^1].Version);
        first.Dispose();
        (RawPeer second, connect) = await broker.AcceptAsync(new ConnackPacket { SessionPresent = true });
        second.Dispose();
        Assert.Equal(MqttVersion.V311, connect.Version);
        Assert.Equal(1, client.Counters.ProtocolFallbacks);
    }

    [Fact]
    public async Task Auto_BrokerClosesInsteadOfAnswering_FallsBackOnlyWhere5FailsBeside311()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        Task starting = client.StartAsync(Budget.Token);
        await CloseAsync(broker, MqttVersion.V5);
        await CloseAsync(broker, MqttVersion.V311);
        await CloseAsync(broker, MqttVersion.V5);
        await AcceptProbeAsync(broker);
        Assert.False(starting.IsCompleted);
        await CloseAsync(broker, MqttVersion.V5);
        (RawPeer first, ConnectPacket connect) = await broker.AcceptAsync(new ConnackPacket());
        await starting;
        Assert.Equal((MqttVersion.V311, 1), (connect.Version, client.Counters.ProtocolFallbacks));
        first.Dispose();

        // Once a version has worked, a broker that closes early is down rather than old.
        await CloseAsync(broker, MqttVersion.V311);
        (RawPeer second, connect) = await broker.AcceptAsync(new ConnackPacket());
        second.Dispose();
        Assert.Equal(MqttVersion.V311, connect.Version);
    }

    [Fact]
    public async Task Auto_BrokerOf5WasJustNotThereYet_IsSpokenTo5()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        Task starting = client.StartAsync(Budget.Token);
        await CloseAsync(broker, MqttVersion.V5);
        await AcceptProbeAsync(broker);
        (RawPeer peer, ConnectPacket connect) = await broker.AcceptAsync(new ConnackPacket());
        using RawPeer owned = peer;
        await starting;
        Assert.Equal((MqttVersion.V5, 0), (connect.Version, client.Counters.ProtocolFallbacks));
    }

    [Theory]
    [InlineData(MqttVersionChoice.V5, MqttVersion.V5)]
    [InlineData(MqttVersionChoice.V311, MqttVersion.V311)]
    public async Task Fixed_BrokerRefuses_StaysWithIt(MqttVersionChoice choice, MqttVersion expected)
    {
        using ScriptedBroker broker = new();
        MqttClientOptions options = Clients.Options(broker.Port, "c");
        options.ProtocolVersion = choice;
        await using MqttConnection client = Clients.Make(options);
        using CancellationTokenSource cancel = new();
        Task starting = client.StartAsync(cancel.Token);
        for (int i = 0; i < 3; i++)
        {
            (RawPeer peer, ConnectPacket connect) =
                await broker.AcceptAsync(new ConnackPacket { ReasonCode = MqttReasonCode.UnsupportedProtocolVersion });
            peer.Dispose();
            Assert.Equal(expected, connect.Version);
        }

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
    }

    [Fact]
    public async Task Connected_AllPackets_AreThoseOf311()
    {
        using ScriptedBroker broker = new();
        RecordingReceiver receiver = new();
        await using MqttConnection client = Clients.Make(Options(broker.Port), receiver);
        using RawPeer peer = await broker.ConnectAsync(client);
        Task subscribing = client.SubscribeAsync([new("a/#", MqttQos.ExactlyOnce, MqttRetainHandling.Never, true, true, 9)], Budget.Token);
        SubscribePacket subscribe = SubscribePacket.Parse(await peer.ExpectAsync(PacketType.Subscribe), MqttVersion.V311);
        Assert.Equal(new MqttSubscription("a/#", MqttQos.ExactlyOnce), Assert.Single(subscribe.Subscriptions));
        await peer.SendAsync(new SubackPacket(PacketType.Suback, subscribe.PacketId, [MqttReasonCode.GrantedQos2]));
        await subscribing.WaitAsync(Budget.Limit);
        Task publishing = client.PublishAsync(Clients.Text("t", "x") with { ContentType = "j" }, Budget.Token).AsTask();
        (ushort id, _, _, byte[] payload) = await peer.ExpectPublishAsync();
        Assert.Equal("x", Generators.Utf8(payload));
        await peer.SendAsync(new AckPacket(PacketType.Puback, id));
        await publishing.WaitAsync(Budget.Limit);
        await peer.SendAsync(new OutgoingPublish(Clients.Text("a/b", "y"), 3, false));
        Received got = await receiver.NextAsync();
        Assert.Equal((null, "y"), (got.ContentType, got.Text));
        client.Acknowledge(got.Ack, MqttReasonCode.PayloadFormatInvalid);
        Assert.Equal(new AckPacket(PacketType.Puback, 3), await peer.ExpectAckAsync(PacketType.Puback));
        Assert.Equal(1, client.Counters.RejectionsUntold);
        Task leaving = client.UnsubscribeAsync(["a/#"], Budget.Token);
        UnsubscribePacket unsubscribe = UnsubscribePacket.Parse(await peer.ExpectAsync(PacketType.Unsubscribe), MqttVersion.V311);
        await peer.SendAsync(new SubackPacket(PacketType.Unsuback, unsubscribe.PacketId, []));
        await leaving.WaitAsync(Budget.Limit);
        Task stopping = client.StopAsync(keepSession: true, Budget.Token);
        Assert.Empty(await peer.ExpectAsync(PacketType.Disconnect));
        peer.Dispose();
        await stopping;
    }

    [Fact]
    public async Task Receive_RejectedExactlyOnce_GoesItsWholeWay()
    {
        using ScriptedBroker broker = new();
        RecordingReceiver receiver = new();
        await using MqttConnection client = Clients.Make(Options(broker.Port), receiver);
        using RawPeer peer = await broker.ConnectAsync(client);
        await peer.SendAsync(new OutgoingPublish(Clients.Text("t", "x", MqttQos.ExactlyOnce), 3, false));
        client.Acknowledge((await receiver.NextAsync()).Ack, MqttReasonCode.PayloadFormatInvalid);
        await peer.ExpectAckAsync(PacketType.Pubrec);
        await peer.SendAsync(new OutgoingPublish(Clients.Text("t", "x", MqttQos.ExactlyOnce), 3, true));
        await peer.ExpectAckAsync(PacketType.Pubrec);
        await peer.SendAsync(new AckPacket(PacketType.Pubrel, 3));
        await peer.ExpectAckAsync(PacketType.Pubcomp);
        await peer.SendAsync(new AckPacket(PacketType.Pubrel, 4));
        await peer.ExpectAckAsync(PacketType.Pubcomp);
        Assert.Equal(0, receiver.Count);
    }

    [Fact]
    public async Task Subscribe_Refused_ThrowsItsOnlyReason()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Options(broker.Port));
        using RawPeer peer = await broker.ConnectAsync(client);
        Task subscribing = client.SubscribeAsync("a");
        SubscribePacket subscribe = SubscribePacket.Parse(await peer.ExpectAsync(PacketType.Subscribe), MqttVersion.V311);
        await peer.SendAsync(new SubackPacket(PacketType.Suback, subscribe.PacketId, [MqttReasonCode.NotAuthorized]));
        MqttSubscribeException e = await Assert.ThrowsAsync<MqttSubscribeException>(() => subscribing.WaitAsync(Budget.Limit));
        Assert.Equal(MqttReasonCode.UnspecifiedError, e.ReasonCode);
    }

    [Fact]
    public async Task CleanStart_SessionToBeKept_DiscardsTheOldOneOnAConnectionOfItsOwn()
    {
        using ScriptedBroker broker = new();
        MqttClientOptions options = Options(broker.Port);
        options.CleanStart = true;
        await using MqttConnection client = Clients.Make(options);
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer first, ConnectPacket connect) = await broker.AcceptAsync(new ConnackPacket());
        Assert.True(connect.CleanStart);
        Assert.Empty(await first.ExpectAsync(PacketType.Disconnect));
        Assert.Null(await first.ReadAsync());
        first.Dispose();
        (RawPeer second, connect) = await broker.AcceptAsync(new ConnackPacket());
        await starting;
        Assert.False(connect.CleanStart);
        second.Dispose();
        (RawPeer third, connect) = await broker.AcceptAsync(new ConnackPacket { SessionPresent = true });
        third.Dispose();
        Assert.False(connect.CleanStart);
        Assert.Equal(0, client.Counters.ConnectFailures);
    }

    [Fact]
    public async Task Publish_ExactlyOnceTakenAtLeastOnce_CompletesAndIsCounted()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Options(broker.Port));
        using RawPeer peer = await broker.ConnectAsync(client);
        Task publishing = client.PublishAsync("t", "x", MqttQos.ExactlyOnce);
        await peer.SendAsync(new AckPacket(PacketType.Puback, (await peer.ExpectPublishAsync()).PacketId));
        await publishing.WaitAsync(Budget.Limit);
        Assert.Equal((1, 0), (client.Counters.PublishesDowngraded, client.Counters.ProtocolErrors));
    }

    [Fact]
    public async Task Stop_SessionNotToBeKept_IsEndedOnAConnectionOfItsOwn()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Options(broker.Port));
        RawPeer first = await broker.ConnectAsync(client);
        Task stopping = client.StopAsync(keepSession: false, Budget.Token);
        Assert.Empty(await first.ExpectAsync(PacketType.Disconnect));
        first.Dispose();
        (RawPeer second, ConnectPacket connect) = await broker.AcceptAsync(new ConnackPacket());
        using RawPeer owned = second;
        Assert.True(connect.CleanStart);
        Assert.Empty(await second.ExpectAsync(PacketType.Disconnect));
        second.Dispose();
        await stopping;
        Assert.Equal((1, 0), (client.Counters.Connects, client.Counters.ConnectionsLost));
    }

    [Theory]
    [InlineData("", 60)]
    [InlineData("c", 0)]
    public async Task Connect_SessionThatCannotBeKept_IsClean(string id, int expiry)
    {
        using ScriptedBroker broker = new();
        MqttClientOptions options = Options(broker.Port);
        (options.ClientId, options.SessionExpiry, options.Password) = (id, TimeSpan.FromSeconds(expiry), "p");
        await using MqttConnection client = Clients.Make(options);
        Task starting = client.StartAsync(Budget.Token);
        for (int i = 0; i < 2; i++)
        {
            (RawPeer peer, ConnectPacket connect) = await broker.AcceptAsync(new ConnackPacket());
            peer.Dispose();
            Assert.True(connect.CleanStart);
            Assert.Equal(("", "p"), (connect.UserName, connect.Password));
        }

        await starting;
    }

    [Theory]
    [InlineData("E0 00")] // only clients send DISCONNECT
    [InlineData("F0 00")] // no AUTH
    public async Task Connected_PacketOf5_EndsTheConnectionWithoutAWord(string hex)
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Options(broker.Port));
        using RawPeer peer = await broker.ConnectAsync(client);
        await peer.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Null(await peer.ReadAsync());
        Assert.Equal(1, client.Counters.ProtocolErrors);
    }

    private static MqttClientOptions Options(int port)
    {
        MqttClientOptions options = Clients.Options(port, "c");
        options.ProtocolVersion = MqttVersionChoice.V311;
        return options;
    }

    private static async Task CloseAsync(ScriptedBroker broker, MqttVersion expected)
    {
        using RawPeer closing = await broker.AcceptAsync();
        Assert.Equal(expected, ConnectPacket.Parse(await closing.ExpectAsync(PacketType.Connect)).Version);
    }

    private static async Task AcceptProbeAsync(ScriptedBroker broker)
    {
        (RawPeer probe, ConnectPacket connect) = await broker.AcceptAsync(new ConnackPacket());
        using RawPeer owned = probe;
        Assert.Equal((MqttVersion.V311, false), (connect.Version, connect.CleanStart));
        Assert.Empty(await probe.ExpectAsync(PacketType.Disconnect));
        Assert.Null(await probe.ReadAsync());
    }
}
