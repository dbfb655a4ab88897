namespace AnyEcg.Mqtt.Tests;

public sealed class QosTwoTests
{
    [Fact]
    public async Task Publish_RepeatedBeforePubrel_IsRoutedOnce()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "p" });
        await PublishAsync(peer, 5, "one");
        await PublishAsync(peer, 5, "one", duplicate: true);
        Assert.Equal(1, broker.Counters.MessagesReceived);
        await peer.SendAsync(new AckPacket(PacketType.Pubrel, 5));
        Assert.Equal(MqttReasonCode.Success, (await peer.ExpectAckAsync(PacketType.Pubcomp)).ReasonCode);
        await peer.SendAsync(new AckPacket(PacketType.Pubrel, 5));
        Assert.Equal(MqttReasonCode.PacketIdentifierNotFound, (await peer.ExpectAckAsync(PacketType.Pubcomp)).ReasonCode);
        await PublishAsync(peer, 5, "two");
        Assert.Equal(2, broker.Counters.MessagesReceived);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task Publish_RepeatedOnANewConnection_IsRoutedOnceIfTheSessionLasted(bool lasting, long routed)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        ConnectPacket connect = new() { ClientId = "p", SessionExpiry = lasting ? 100u : 0 };
        using (RawPeer first = await RawPeer.LogInAsync(broker.Port, connect))
            await PublishAsync(first, 9, "x");
        await Budget.UntilAsync(() => broker.Core.Links().Length == 0);
        using RawPeer second = await RawPeer.LogInAsync(broker.Port, connect);
        await PublishAsync(second, 9, "x", duplicate: true);
        Assert.Equal(routed, broker.Counters.MessagesReceived);
    }

    [Fact]
    public async Task Publish_QosOneWithAnIdentifierInUse_IsRefused()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "p" });
        await PublishAsync(peer, 5, "open");
        await peer.SendAsync(new OutgoingPublish(Clients.Text("t", "other"), 5, false));
        Assert.Equal(MqttReasonCode.PacketIdentifierInUse, (await peer.ExpectAckAsync(PacketType.Puback)).ReasonCode);
        Assert.Equal(1, broker.Counters.PublishesRefused);
    }

    [Fact]
    public async Task Publish_QosOneWithAnIdentifierInUseUnder311_IsNotLostBehindAnAcknowledgement()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { Version = MqttVersion.V311, CleanStart = true, ClientId = "p" });
        await PublishAsync(peer, 5, "open");
        await peer.SendAsync(new OutgoingPublish(Clients.Text("t", "other"), 5, false));
        await peer.ExpectAckAsync(PacketType.Puback);
        Assert.Equal(2, broker.Counters.MessagesReceived);
    }

    [Fact]
    public async Task Publish_BeyondTheReceiveMaximum_EndsTheConnection()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { ReceiveMaximum = 2 });
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "p" });
        await PublishAsync(peer, 1, "a");
        await PublishAsync(peer, 2, "b");
        await peer.SendAsync(new AckPacket(PacketType.Pubrel, 1));
        await peer.ExpectAckAsync(PacketType.Pubcomp);
        await PublishAsync(peer, 3, "c");
        await PublishAsync(peer, 3, "c", duplicate: true);
        await peer.SendAsync(new OutgoingPublish(Clients.Text("t", "d", MqttQos.ExactlyOnce), 4, false));
        await peer.ExpectDisconnectAsync(MqttReasonCode.ReceiveMaximumExceeded);
    }

    [Fact]
    public async Task Publish_AboveTheHighestLevel_EndsTheConnection()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { MaxQos = MqttQos.AtLeastOnce });
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "p" });
        await peer.SendAsync(new SubscribePacket(1, [new("t", MqttQos.ExactlyOnce)]));
        SubackPacket suback = SubackPacket.Parse(PacketType.Suback, await peer.ExpectAsync(PacketType.Suback), MqttVersion.V5);
        Assert.Equal([MqttReasonCode.GrantedQos1], suback.ReasonCodes);
        await peer.SendAsync(new OutgoingPublish(Clients.Text("t", "x", MqttQos.ExactlyOnce), 4, false));
        await peer.ExpectDisconnectAsync(MqttReasonCode.QosNotSupported);
    }

    [Fact]
    public async Task Deliver_ConnectionBreaksAtEveryStep_ResendsTheStep()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        ConnectPacket connect = new() { ClientId = "s", SessionExpiry = 100 };
        ushort id;
        using (RawPeer first = await SubscribeAsync(broker.Port, connect))
        {
            await PublishFromOtherAsync(broker.Port, "x");
            (id, bool duplicate, _, _) = await first.ExpectPublishAsync();
            Assert.False(duplicate);
        }

        using (RawPeer second = await RawPeer.LogInAsync(broker.Port, connect))
        {
            Assert.Equal((id, true), await IdAndDuplicateAsync(second));
            await second.SendAsync(new AckPacket(PacketType.Pubrec, id));
            Assert.Equal(id, (await second.ExpectAckAsync(PacketType.Pubrel)).PacketId);
        }

        using RawPeer third = await RawPeer.LogInAsync(broker.Port, connect);
        Assert.Equal(id, (await third.ExpectAckAsync(PacketType.Pubrel)).PacketId);
        await third.SendAsync(new AckPacket(PacketType.Pubrec, id));
        Assert.Equal(MqttReasonCode.Success, (await third.ExpectAckAsync(PacketType.Pubrel)).ReasonCode);
        Assert.Equal(1, broker.PendingOf("s"));
        await third.SendAsync(new AckPacket(PacketType.Pubcomp, id));
        await Budget.UntilAsync(() => broker.PendingOf("s") == 0);
    }

    [Fact]
    public async Task Deliver_PubrecOfUnknownOrRefused_IsAnsweredAsTheStandardSays()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer peer = await SubscribeAsync(broker.Port, new ConnectPacket { ClientId = "s" });
        await peer.SendAsync(new AckPacket(PacketType.Pubrec, 77));
        Assert.Equal(new AckPacket(PacketType.Pubrel, 77, MqttReasonCode.PacketIdentifierNotFound), await peer.ExpectAckAsync(PacketType.Pubrel));
        await PublishFromOtherAsync(broker.Port, "unwanted");
        (ushort id, _, _, _) = await peer.ExpectPublishAsync();
        await peer.SendAsync(new AckPacket(PacketType.Pubrec, id, MqttReasonCode.QuotaExceeded));
        await peer.SendAsync(new PingPacket(PacketType.Pingreq));
        await peer.ExpectAsync(PacketType.Pingresp);
        Assert.Equal(0, broker.PendingOf("s"));
    }

    [Theory]
    [InlineData(PacketType.Puback, MqttQos.ExactlyOnce)]
    [InlineData(PacketType.Pubrec, MqttQos.AtLeastOnce)]
    public async Task Deliver_AnswerOfTheOtherLevel_EndsTheConnection(object answer, MqttQos qos)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer peer = await SubscribeAsync(broker.Port, new ConnectPacket { ClientId = "s" });
        await PublishFromOtherAsync(broker.Port, "x", qos);
        (ushort id, _, _, _) = await peer.ExpectPublishAsync();
        await peer.SendAsync(new AckPacket((PacketType)answer, id));
        await peer.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
    }

    [Fact]
    public async Task Deliver_ReceiveMaximum_IsFreedByPubcompOnly()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer peer = await SubscribeAsync(broker.Port, new ConnectPacket { ClientId = "s", ReceiveMaximum = 1 });
        await PublishFromOtherAsync(broker.Port, "a");
        await PublishFromOtherAsync(broker.Port, "b");
        (ushort id, _, _, _) = await peer.ExpectPublishAsync();
        await peer.SendAsync(new AckPacket(PacketType.Pubrec, id));
        await peer.ExpectAckAsync(PacketType.Pubrel);
        await peer.SendAsync(new PingPacket(PacketType.Pingreq));
        await peer.ExpectAsync(PacketType.Pingresp);
        await peer.SendAsync(new AckPacket(PacketType.Pubcomp, id));
        Assert.Equal("b", Generators.Utf8((await peer.ExpectPublishAsync()).Payload));
    }

    internal static async Task<RawPeer> SubscribeAsync(int port, ConnectPacket connect, params MqttSubscription[] subscriptions)
    {
        RawPeer peer = await RawPeer.LogInAsync(port, connect);
        await peer.SendAsync(new SubscribePacket(1, subscriptions.Length > 0 ? subscriptions : [new("t", MqttQos.ExactlyOnce)]));
        await peer.ExpectAsync(PacketType.Suback);
        return peer;
    }

    private static async Task PublishAsync(RawPeer peer, ushort id, string text, bool duplicate = false)
    {
        await peer.SendAsync(new OutgoingPublish(Clients.Text("t", text, MqttQos.ExactlyOnce), id, duplicate));
        Assert.Equal(id, (await peer.ExpectAckAsync(PacketType.Pubrec)).PacketId);
    }

    private static async Task PublishFromOtherAsync(int port, string text, MqttQos qos = MqttQos.ExactlyOnce)
    {
        await using MqttConnection other = await Clients.ConnectAsync(port);
        await other.PublishAsync("t", text, qos);
        await other.StopAsync(keepSession: false, Budget.Token);
    }

    private static async Task<(ushort PacketId, bool Duplicate)> IdAndDuplicateAsync(RawPeer peer)
    {
        (ushort id, bool duplicate, _, _) = await peer.ExpectPublishAsync();
        return (id, duplicate);
    }
}
