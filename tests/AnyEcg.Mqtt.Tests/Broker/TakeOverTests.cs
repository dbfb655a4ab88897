namespace AnyEcg.Mqtt.Tests;

/// <summary>What becomes of Will and session when a connection gives way to a newer one (MQTT 5.0, sections 3.1.3.2.2 and 3.1.4).</summary>
public sealed class TakeOverTests
{
    [Theory]
    [InlineData(false, 0u, 1)]
    [InlineData(false, 60u, 0)]
    [InlineData(true, 0u, 1)]
    [InlineData(true, 60u, 1)]
    public async Task Connect_SameClientId_PublishesTheOlderWillUnlessItsDelayBridgesIt(bool cleanStart, uint delay, long wills)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        ConnectPacket connect = new() { ClientId = "c", SessionExpiry = 100, Will = Clients.Text("will", "gone"), WillDelay = delay };
        using RawPeer first = await RawPeer.LogInAsync(broker.Port, connect);
        using RawPeer second = await RawPeer.LogInAsync(broker.Port, connect with { CleanStart = cleanStart });
        await first.ExpectDisconnectAsync(MqttReasonCode.SessionTakenOver);
        Assert.Equal(wills, broker.Counters.WillsPublished);
    }

    [Fact]
    public async Task Connect_OlderConnectionDeaf_IsNotHeldUp()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer deaf = await QosTwoTests.SubscribeAsync(broker.Port, new ConnectPacket { ClientId = "c", SessionExpiry = 100 });
        await using MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "p");
        for (int i = 0; i < 20; i++)
            await publisher.PublishAsync(new MqttMessage { Topic = "t", Payload = new byte[500_000], Qos = MqttQos.AtLeastOnce }, Budget.Token);
        using RawPeer second = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "c", SessionExpiry = 100 });
        Assert.Equal(500_000, (await second.ExpectPublishAsync()).Payload.Length);
        Assert.Equal(20, broker.PendingOf("c"));
    }

    [Fact]
    public void Packets_OfALinkTakenOver_NoLongerCount()
    {
        BrokerContext context = new(new EmbeddedBrokerOptions(), TimeProvider.System);
        BrokerCore core = new(context);
        BrokerLink[] links = [.. Enumerable.Range(0, 2).Select(_ => new BrokerLink(new PacketLink(Stream.Null, 1000, 1000, TimeProvider.System, 4096), core, context))];
        void Send<TPacket>(int link, TPacket packet)
            where TPacket : IOutgoingPacket
            => links[link].OnPacket(Generators.Encode(packet)[0], Generators.Body(Generators.Encode(packet), out _));
        OutgoingPublish publish = new(Clients.Text("t", "x", MqttQos.ExactlyOnce), 1, false);
        Array.ForEach(links, core.Add);
        Send(0, new ConnectPacket { ClientId = "c", SessionExpiry = 100 });
        Send(0, publish);
        Send(1, new ConnectPacket { ClientId = "c", SessionExpiry = 100 });
        Send(1, new AckPacket(PacketType.Pubrel, 1));

        // Read before the takeover, handled after the release: a new message, were it taken.
        Send(0, publish);
        Send(0, new SubscribePacket(2, [new MqttSubscription("t")]));
        Assert.Equal(1, context.Counters.MessagesReceived);
        Send(1, publish);
        Assert.Equal((2, 0), (context.Counters.MessagesReceived, context.Counters.DeliveriesMatched));
    }

    [Fact]
    public void Disconnect_OfALinkTakenOver_DoesNotEndTheSession()
    {
        BrokerContext context = new(new EmbeddedBrokerOptions(), TimeProvider.System);
        BrokerCore core = new(context);
        BrokerLink[] links = [.. Enumerable.Range(0, 2).Select(_ => new BrokerLink(new PacketLink(Stream.Null, 1000, 1000, TimeProvider.System, 4096), core, context))];
        void Send<TPacket>(int link, TPacket packet)
            where TPacket : IOutgoingPacket
            => links[link].OnPacket(Generators.Encode(packet)[0], Generators.Body(Generators.Encode(packet), out _));
        Array.ForEach(links, core.Add);
        Send(0, new ConnectPacket { ClientId = "c", SessionExpiry = 100 });
        Send(1, new ConnectPacket { ClientId = "c", SessionExpiry = 100 });
        Send(0, new DisconnectPacket(MqttReasonCode.Success, 0));
        core.Remove(links[0]);
        links[1].Abort("a cut cable");
        core.Remove(links[1]);
        Assert.Equal(1, core.SessionCount);
    }

    [Theory]
    [InlineData("C0 00 D0 00", 1)]
    [InlineData("E0 00", 0)]
    [InlineData("E0 01 04", 1)]
    [InlineData("E0 01 81", 1)]
    public async Task Leave_EachWay_DecidesOnTheWill(string hex, long wills)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        ConnectPacket connect = new() { ClientId = "c", Will = Clients.Text("will", "gone") };
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, connect);
        await peer.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        peer.Dispose();
        await Budget.UntilAsync(() => broker.SessionCount == 0);
        Assert.Equal(wills, broker.Counters.WillsPublished);
    }

    [Fact]
    public async Task Will_RetainedWithProperties_IsPublishedAsItWasGiven()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        MqttMessage will = Clients.Text("will", "gone", MqttQos.ExactlyOnce, retain: true) with
        {
            ContentType = "text/plain",
            ResponseTopic = "answer",
            CorrelationData = new byte[] { 0, 255 },
            UserProperties = [new("b", "1"), new("a", "2"), new("b", "3")],
        };
        (await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "c", Will = will })).Dispose();
        await Budget.UntilAsync(() => broker.RetainedCount == 1);
        RecordingReceiver receiver = new();
        await using MqttConnection late = await Clients.ConnectAsync(broker.Port, "late", receiver);
        await late.SubscribeAsync("will", MqttQos.ExactlyOnce);
        Received got = await receiver.NextAsync();
        Assert.Equal(("gone", MqttQos.ExactlyOnce, true), (got.Text, got.Qos, got.Retain));
        Assert.Equal(("text/plain", "answer"), (got.ContentType, got.ResponseTopic));
        Assert.Equal([0, 255], got.CorrelationData);
        Assert.Equal(will.UserProperties, got.UserProperties);
    }

    [Theory]
    [InlineData(0u, 5u, true)]
    [InlineData(10u, 5u, false)]
    [InlineData(10u, 0u, false)]
    public async Task Disconnect_NewExpiry_IsTakenUnlessConnectHadNone(uint before, uint after, bool isError)
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "c", SessionExpiry = before });
        await peer.SendAsync(new DisconnectPacket(MqttReasonCode.Success, after));
        if (isError)
            await peer.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
        peer.Dispose();
        await Budget.UntilAsync(() => broker.Core.Links().Length == 0);
        Assert.Equal(after > 0 && !isError ? 1 : 0, broker.SessionCount);
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(0, broker.SessionCount);
    }

    [Theory]
    [InlineData(10, null, 14, 16)]
    [InlineData(10, 20, 29, 31)]
    [InlineData(0, null, 100_000, null)]
    public async Task KeepAlive_OneAndAHalfTimes_EndsTheConnection(ushort asked, int? ordered, int stays, int? goes)
    {
        FakeTime time = new();
        EmbeddedBrokerOptions options = new() { KeepAlive = ordered is { } seconds ? TimeSpan.FromSeconds(seconds) : null };
        await using EmbeddedBroker broker = await Clients.BrokerAsync(options, time);
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "c", KeepAlive = asked });
        time.Advance(TimeSpan.FromSeconds(stays));
        await peer.SendAsync(new PingPacket(PacketType.Pingreq));
        await peer.ExpectAsync(PacketType.Pingresp);
        if (goes is null)
            return;
        time.Advance(TimeSpan.FromSeconds(goes.Value));
        await peer.ExpectDisconnectAsync(MqttReasonCode.KeepAliveTimeout);
    }
}
