using WP = AnyEcg.Mqtt.Conformance.Tests.WireProperties;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>Sections 3.1.2, 3.14 and 4.1 of both versions: sessions, Wills and time, at the embedded broker.</summary>
[OfServer]
public sealed class ServerSessionClauseTests
{
    [Theory]
    [Clause("3.1.2-4", "3.1.2-5", "3.1.2-6", "3.1.2-23", "3.1.4-4", "3.2.2-2", "3.2.2-3")]
    [Clause311("3.1.2-4", "3.1.2-5", "3.1.2-6", "3.1.4-3", "3.2.2-1", "3.2.2-2", "3.2.2-3", "4.1.0-1")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_1_2_4_to_4_1_0_1_SessionsAreKeptOrDiscarded(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        (WirePeer first, WireConnack none) = await broker.GreetAsync(Lasting(level, clean: false));
        using (first)
        {
            Assert.False(none.SessionPresent);
            await first.SubscribeAsync("t", 1);
            first.Crash();
        }

        using WirePeer publisher = await broker.JoinAsync("publisher", level);
        await publisher.PublishAsync("t", 1);
        (WirePeer second, WireConnack resumed) = await broker.GreetAsync(Lasting(level, clean: false));
        using (second)
        {
            Assert.True(resumed.SessionPresent);
            Assert.Equal([1], (await second.TakeAsync()).Payload);
            second.Crash();
        }

        (WirePeer third, WireConnack discarded) = await broker.GreetAsync(Lasting(level, clean: true));
        using WirePeer end = third;
        Assert.False(discarded.SessionPresent);
        await publisher.PublishAsync("t", 2);
        await third.IsQuietAsync();
    }

    [Theory, Clause("3.1.2-7", "3.1.2-8", "3.1.2-14", "3.1.2-15"), Clause311("3.1.2-8", "3.1.2-16", "3.1.2-17")]
    [InlineData(5, false)]
    [InlineData(5, true)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public async Task MQTT_3_1_2_7_to_3_1_2_17_WillIsPublished(int level, bool retain)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer listener = await broker.JoinAsync("listener", level);
        await listener.SubscribeAsync("w", 1);
        await LoseAsync(broker, level, retain);
        WirePublish will = await listener.TakeAsync();
        Assert.Equal(("w", 1, false), (will.Topic, will.Qos, will.Retain));
        Assert.Equal([9], will.Payload);
        await listener.SubscribeAsync("w", 0);
        if (retain)
            Assert.True((await listener.TakeAsync()).Retain);
        await listener.IsQuietAsync();
    }

    [Theory, Clause("3.1.2-10", "3.14.4-3"), Clause311("3.1.2-10", "3.1.2-12", "3.14.4-3")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_1_2_10_and_3_14_4_3_and_311_3_1_2_12_WillIsTakenBackOrUsedUp(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer listener = await broker.JoinAsync("listener", level);
        await listener.SubscribeAsync("w", 1);
        (WirePeer leaving, _) = await broker.GreetAsync(WithWill(level, false));
        await leaving.SendAsync(new WireDisconnect());
        Assert.Empty(await leaving.ToEndAsync());
        leaving.Dispose();
        (await broker.JoinAsync("willless", level)).Crash();
        await LoseAsync(broker, level, false);
        Assert.Equal([9], (await listener.TakeAsync()).Payload);
        await Budget.UntilAsync(() => broker.SessionCount == 1);
        await listener.IsQuietAsync();
    }

    [Fact, Clause("3.1.3-9")]
    public async Task MQTT_3_1_3_9_DelayedWillIsWithheldFromTheReturned()
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        using WirePeer listener = await broker.JoinAsync("listener");
        await listener.SubscribeAsync("w", 0);
        WireConnect connect = new(5, "dying", false)
        {
            Properties = [new(WP.SessionExpiry, 100)],
            Will = new WireWill("w", [9], 0, false, [new(WP.WillDelay, 10)]),
        };
        (WirePeer first, _) = await broker.GreetAsync(connect);
        first.Crash();
        (WirePeer second, WireConnack resumed) = await broker.GreetAsync(connect);
        Assert.True(resumed.SessionPresent);
        time.Advance(TimeSpan.FromSeconds(20));
        await listener.IsQuietAsync();
        second.Crash();
        await AdvanceUntilAsync(time, async () => await HasComeAsync(listener));
    }

    [Fact, Clause("3.1.3-10")]
    public async Task MQTT_3_1_3_10_UserPropertiesOfAWillKeepTheirOrder()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer listener = await broker.JoinAsync("listener");
        await listener.SubscribeAsync("w", 0);
        WireProperty[] pairs = [Pair("b", "1"), Pair("a", "2"), Pair("b", "0")];
        (WirePeer dying, _) = await broker.GreetAsync(new WireConnect(5, "dying", true) { Will = new WireWill("w", [9], 0, false, pairs) });
        dying.Crash();
        Assert.Equal(pairs, (await listener.TakeAsync()).Properties);
    }

    [Theory, Clause("3.1.2-22", "3.2.2-22"), Clause311("3.1.2-24")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_1_2_22_and_3_2_2_22_and_311_3_1_2_24_SilentClientIsClosed(int level)
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        (WirePeer peer, WireConnack connack) = await broker.GreetAsync(new WireConnect(level, "silent", true) { KeepAlive = 10 });
        using WirePeer end = peer;
        Assert.False(connack.Has(WP.ServerKeepAlive));
        time.Advance(TimeSpan.FromSeconds(14));
        await peer.IsQuietAsync();

        // Once, and no further: the time in which the broker may still tell why passes on the same clock.
        time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(level == 5 ? [0x8D] : [], (await peer.ToEndAsync()).Cast<WireDisconnect>().Select(packet => packet.Reason));
    }

    [Theory, Clause("4.1.0-1"), Clause311("4.1.0-2")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_4_1_0_1_and_311_4_1_0_2_StateIsKeptWhileConnected(int level)
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        using WirePeer peer = await broker.JoinAsync("long", level);
        await peer.SubscribeAsync("t", 0);
        time.Advance(TimeSpan.FromDays(3));
        await peer.SendAsync(new WirePublish("t", [1]));
        Assert.Equal([1], (await peer.TakeAsync()).Payload);
    }

    [Fact, Clause("4.1.0-2")]
    public async Task MQTT_4_1_0_2_ExpiredSessionIsDropped()
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        (await broker.JoinAsync("gone", clean: false, expiry: 10)).Crash();
        await AdvanceUntilAsync(time, () => Task.FromResult(broker.SessionCount == 0));
        (WirePeer back, WireConnack connack) = await broker.GreetAsync(new WireConnect(5, "gone", false));
        back.Dispose();
        Assert.False(connack.SessionPresent);
    }

    [Fact, Clause("3.3.2-5", "3.3.2-6")]
    public async Task MQTT_3_3_2_5_and_3_3_2_6_ExpiryCountsDown()
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        using (WirePeer away = await broker.JoinAsync("away", clean: false, expiry: 1000))
            await away.SubscribeAsync("t", 1);
        using WirePeer publisher = await broker.JoinAsync("publisher");
        foreach (int seconds in new[] { 30, 10, 50 })
            await publisher.PublishAsync(new WirePublish("t", [(byte)seconds], 1, 4) { Properties = [new(WP.MessageExpiry, seconds)] });
        time.Advance(TimeSpan.FromSeconds(20));
        (WirePeer back, _) = await broker.GreetAsync(new WireConnect(5, "away", false));
        using WirePeer end = back;
        WirePublish[] left = [await back.TakeAsync(), await back.TakeAsync()];
        Assert.Equal([(30, 10L), (50, 30L)], left.Select(p => ((int)p.Payload[0], p.Number(WP.MessageExpiry)!.Value)));
        await back.IsQuietAsync();
    }

    [Theory, Clause("3.14.4-1", "3.14.4-2", "3.14.2-1", "3.14.2-2", "3.14.2-3", "3.14.2-4", "4.13.2-1")]
    [InlineData(200, true)]
    [InlineData(25, false)]
    public async Task MQTT_3_14_2_1_to_4_13_2_1_DisconnectIsTheLast(int maximumPacketSize, bool hasRoom)
    {
        // The takeover's DISCONNECT explains itself where there is room.
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer old = await broker.JoinAsync("same", properties: new WireProperty(WP.MaximumPacketSize, maximumPacketSize));
        using WirePeer young = await broker.JoinAsync("same");
        WireDisconnect last = Assert.IsType<WireDisconnect>(Assert.Single(await old.ToEndAsync()));
        Assert.Equal((0x8E, hasRoom), (last.Reason, last.Has(WP.ReasonString)));
        Assert.InRange(last.Size, 2, maximumPacketSize);
        Assert.False(last.Has(WP.SessionExpiry) || last.Has(WP.UserProperty));
    }

    [Theory, Clause("3.12.4-1"), Clause311("3.12.4-1")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_12_4_1_PingIsAnswered(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await broker.JoinAsync("x", level);
        for (int i = 0; i < 3; i++)
            await peer.IsQuietAsync();
    }

    private static WireConnect Lasting(int level, bool clean) =>
        new(level, "lasting", clean) { Properties = [new(WP.SessionExpiry, 100)] };

    private static WireConnect WithWill(int level, bool retain) =>
        new(level, "dying", true) { Will = new WireWill("w", [9], 1, retain, []) };

    private static WireProperty Pair(string name, string text) => new(WP.UserProperty, Name: name, Text: text);

    private static async Task LoseAsync(EmbeddedBroker broker, int level, bool retain)
    {
        (WirePeer dying, _) = await broker.GreetAsync(WithWill(level, retain));
        dying.Crash();
    }

    /// <summary>Turns the clock until something has come of it; the broker notices on threads of its own.</summary>
    private static async Task AdvanceUntilAsync(FakeTime time, Func<Task<bool>> condition)
    {
        CancellationToken token = Budget.Token;
        while (!await condition())
        {
            token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    private static async Task<bool> HasComeAsync(WirePeer listener)
    {
        await listener.SendAsync(new WirePing(WireType.Pingreq));
        WirePacket? next = await listener.ReadAsync();
        if (next is WirePing)
            return false;
        Assert.Equal("w", Assert.IsType<WirePublish>(next).Topic);
        return true;
    }
}
