namespace AnyEcg.Mqtt.Tests;

/// <summary>What is different for clients of version 3.1.1.</summary>
public sealed class Version311Tests
{
    [Fact]
    public async Task Connect_Clean_IsAnsweredInTwoBytesAndForgottenAtTheEnd()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer peer = await RawPeer.ConnectAsync(broker.Port);
        peer.Version = MqttVersion.V311;
        await peer.SendAsync(new ConnectPacket { Version = MqttVersion.V311, CleanStart = true });
        Assert.Equal([0, 0], await peer.ExpectAsync(PacketType.Connack));
        Assert.Equal(1, broker.SessionCount);
        peer.Dispose();
        await Budget.UntilAsync(() => broker.SessionCount == 0);
    }

    [Fact]
    public async Task Session_NotClean_LastsWithItsSubscriptionsUntilACleanOne()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        ConnectPacket lasting = Connect("c");
        using (RawPeer first = await QosTwoTests.SubscribeAsync(broker.Port, lasting))
            await first.SendAsync(new DisconnectPacket(MqttReasonCode.Success));
        await Budget.UntilAsync(() => broker.Core.Links().Length == 0);
        await using (MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "p"))
            await publisher.PublishAsync("t", "kept");
        Assert.Equal([1, 0], await ConnackAsync(broker.Port, lasting));
        Assert.Equal([0, 0], await ConnackAsync(broker.Port, lasting with { CleanStart = true }));
        Assert.Equal([0, 0], await ConnackAsync(broker.Port, lasting));
    }

    [Theory]
    [InlineData("10 0C 00 04 4D 51 54 54 04 01 00 00 00 00", null)]
    [InlineData("10 0C 00 04 4D 51 54 54 04 42 00 00 00 00", null)]
    [InlineData("10 0C 00 04 4D 51 54 54 04 22 00 00 00 00", null)]
    [InlineData("10 0C 00 04 4D 51 54 58 04 02 00 00 00 00", "20 02 00 01")]
    [InlineData("10 0C 00 04 4D 51 54 54 04 00 00 00 00 00", "20 02 00 02")]
    [InlineData("10 0C 00 04 4D 51 54 54 03 02 00 00 00 00", "20 02 00 01")]
    public async Task Connect_Unacceptable_IsClosedWithACodeOnlyWhereThereIsOne(string hex, string? answer)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer peer = await RawPeer.ConnectAsync(broker.Port);
        await peer.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        if (answer is not null)
            Assert.Equal(Convert.FromHexString(answer[6..].Replace(" ", "", StringComparison.Ordinal)), await peer.ExpectAsync(PacketType.Connack));
        Assert.Null(await peer.ReadAsync());
        Assert.Equal(0, broker.SessionCount);
    }

    [Theory]
    [InlineData("10 0C 00 04 4D 51 54 54 04 02 00 00 00 00")]
    [InlineData("36 05 00 01 61 00 01")]
    [InlineData("30 04 00 02 61 2B")]
    [InlineData("F0 00")]
    [InlineData("82 06 00 01 00 01 61 03")]
    [InlineData("82 06 00 01 00 01 61 04")]
    [InlineData("82 02 00 01")]
    public async Task Connected_BadPacket_IsClosedWithoutAWord(string hex)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, Connect("bad"));
        await peer.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Null(await peer.ReadAsync());
        Assert.Equal(1, broker.Counters.ProtocolErrors);
    }

    [Fact]
    public async Task Connect_WillAboveTheHighestLevel_IsClosedWithoutAWord()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { MaxQos = MqttQos.AtLeastOnce });
        using RawPeer peer = await RawPeer.ConnectAsync(broker.Port);
        await peer.SendAsync(Connect("c") with { Will = Clients.Text("t", "x", MqttQos.ExactlyOnce) });
        Assert.Null(await peer.ReadAsync());
        Assert.Equal(1, broker.Counters.ConnectionsRefused);
    }

    [Fact]
    public async Task TakeOver_ByEitherVersion_ClosesTheOlderConnectionWithoutAWord()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer first = await RawPeer.LogInAsync(broker.Port, Connect("c"));
        using RawPeer second = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "c", SessionExpiry = 10 });
        Assert.Null(await first.ReadAsync());
        using RawPeer third = await RawPeer.LogInAsync(broker.Port, Connect("c"));
        await second.ExpectDisconnectAsync(MqttReasonCode.SessionTakenOver);
        Assert.Equal(1, broker.SessionCount);
    }

    [Fact]
    public async Task Subscribe_RefusedAndUnsubscribed_HasTheOldAnswers()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { MaxSubscriptionsPerClient = 1 });
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, Connect("c"));
        await peer.SendAsync(new SubscribePacket(1, [new("a", MqttQos.ExactlyOnce), new("b")]));
        Assert.Equal([0, 1, 2, 0x80], await peer.ExpectAsync(PacketType.Suback));
        await peer.SendAsync(new UnsubscribePacket(2, ["a", "never"]));
        Assert.Equal([0, 2], await peer.ExpectAsync(PacketType.Unsuback));
        Assert.Equal(1, broker.Counters.SubscriptionsRefused);
    }

    [Fact]
    public async Task Publish_FromVersion5_ComesWithoutProperties()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer old = await QosTwoTests.SubscribeAsync(broker.Port, Connect("old"));
        await using MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "new");
        MqttMessage message = Clients.Text("t", "x", MqttQos.AtMostOnce) with { ContentType = "a/b", MessageExpiry = TimeSpan.FromMinutes(1) };
        await publisher.PublishAsync(message, Budget.Token);
        (byte header, byte[] body) = (await old.ReadAsync())!.Value;
        Assert.Equal((0x30, "00017478"), (header, Convert.ToHexString(body)));
    }

    private static ConnectPacket Connect(string clientId) => new() { Version = MqttVersion.V311, ClientId = clientId };

    private static async Task<byte[]> ConnackAsync(int port, ConnectPacket connect)
    {
        using RawPeer peer = await RawPeer.ConnectAsync(port);
        peer.Version = connect.Version;
        await peer.SendAsync(connect);
        return await peer.ExpectAsync(PacketType.Connack);
    }
}
