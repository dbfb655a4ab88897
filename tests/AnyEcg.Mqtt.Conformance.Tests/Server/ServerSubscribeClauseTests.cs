namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>Sections 3.8 to 3.11 and 4.8.2: subscriptions at the embedded broker.</summary>
[OfServer]
public sealed class ServerSubscribeClauseTests
{
    [Theory]
    [Clause("2.2.1-6", "3.8.4-1", "3.8.4-2", "3.8.4-5", "3.8.4-6", "3.8.4-7", "3.9.3-1", "3.9.3-2")]
    [Clause311("2.3.1-7", "3.8.4-1", "3.8.4-2", "3.8.4-4", "3.8.4-5", "3.9.3-1", "3.9.3-2")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_2_2_1_6_to_3_9_3_2_SubscribeIsAnswered(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { MaxSubscriptionsPerClient = 3 });
        using WirePeer peer = await broker.JoinAsync("x", level);
        foreach (int id in new[] { 1, 65_535 })
        {
            await peer.SendAsync(new WireSubscribe(
                id, [new WireFilter("a", 2), new WireFilter("b/+", 0), new WireFilter("c/#", 1), new WireFilter("d", 1)]));
            WireAnswer answer = await peer.ExpectAsync<WireAnswer>();
            Assert.Equal((WireType.Suback, id), (answer.Type, answer.Id));
            Assert.Equal([2, 0, 1, level == 5 ? 0x97 : 0x80], answer.Reasons);
        }
    }

    [Theory, Clause("3.8.4-3"), Clause311("3.8.4-3")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_8_4_3_SameFilterReplaces(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await broker.JoinAsync("x", level);
        await peer.PublishAsync("t", 1, 1, retain: true);
        foreach (int qos in new[] { 1, 0 })
        {
            Assert.Equal(qos, await peer.SubscribeAsync("t", qos));
            Assert.Equal((qos, true), (await peer.TakeAsync()) is var retained ? (retained.Qos, retained.Retain) : default);
        }

        using WirePeer publisher = await broker.JoinAsync("publisher", level);
        await publisher.PublishAsync("t", 2, 1);
        Assert.Equal(0, (await peer.TakeAsync()).Qos);
        await peer.IsQuietAsync();
    }

    [Fact, Clause("3.8.3-4")]
    public Task MQTT_3_8_3_4_NoLocalOnASharedSubscriptionEndsTheConnection() =>
        ServerSide.AssertEndsAsync(5, 0x82, new WireSubscribe(1, [new WireFilter("$share/g/t", 0x05)]));

    [Theory]
    [Clause("3.10.4-1", "3.10.4-2", "3.10.4-3", "3.10.4-4", "3.10.4-5", "3.10.4-6", "3.11.3-1", "3.11.3-2")]
    [Clause311("3.10.4-1", "3.10.4-2", "3.10.4-3", "3.10.4-4", "3.10.4-5", "3.10.4-6")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_10_4_1_to_3_11_3_2_UnsubscribeEndsSubscriptions(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await broker.JoinAsync("x", level);
        await peer.SubscribeAsync("t/+", 2);
        await peer.SubscribeAsync("u", 1);
        using WirePeer publisher = await broker.JoinAsync("publisher", level);
        await publisher.PublishAsync("t/a", 1, 2);
        WirePublish begun = await peer.TakeAsync(acknowledge: false);
        await peer.SendAsync(new WireUnsubscribe(9, ["t/a", "t/+", "T/+", "u"]));
        WireAnswer answer = await peer.ExpectAsync<WireAnswer>();
        Assert.Equal((WireType.Unsuback, 9), (answer.Type, answer.Id));
        Assert.Equal(level == 5 ? [0x11, 0, 0x11, 0] : [], answer.Reasons);
        await publisher.PublishAsync("t/a", 2);
        await publisher.PublishAsync("u", 2);
        await peer.IsQuietAsync();
        await peer.SendAckAsync(WireType.Pubrec, begun.Id);
        Assert.Equal((WireType.Pubrel, begun.Id), (await peer.AckAsync()) is var release ? (release.Type, release.Id) : default);
    }

    [Fact, Clause("4.8.2-3")]
    public async Task MQTT_4_8_2_3_SharedSubscriptionsKeepTheirQos()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await broker.JoinAsync("x");
        Assert.Equal(1, await peer.SubscribeAsync("$share/g/t", 1));
        using WirePeer publisher = await broker.JoinAsync("publisher");
        await publisher.PublishAsync("t", 1, 2);
        await publisher.PublishAsync("t", 2, 0);
        Assert.Equal(1, (await peer.TakeAsync()).Qos);
        Assert.Equal(0, (await peer.TakeAsync()).Qos);
    }

    [Theory, Clause("4.8.2-4", "4.8.2-5")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MQTT_4_8_2_4_and_4_8_2_5_BegunSharedDeliveryStaysWithItsClient(bool returns)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer one = await broker.JoinAsync("one", clean: false, expiry: returns ? 100 : 0);
        using WirePeer two = await broker.JoinAsync("two", clean: false, expiry: returns ? 100 : 0);
        await one.SubscribeAsync("$share/g/t", 2);
        await two.SubscribeAsync("$share/g/t", 2);
        using WirePeer publisher = await broker.JoinAsync("publisher");
        await publisher.PublishAsync("t", 7, 2);
        (WirePeer chosen, string id, WirePeer other) = await HasNextAsync(one) ? (one, "one", two) : (two, "two", one);
        chosen.Crash();
        await Budget.UntilAsync(() => broker.SessionCount == (returns ? 3 : 2));
        if (returns)
        {
            using WirePeer back = await broker.JoinAsync(id, clean: false, expiry: 100);
            Assert.Equal((7, true), (await back.TakeAsync()) is var again ? (again.Payload[0], again.Duplicate) : default);
        }

        await other.IsQuietAsync();
    }

    [Theory, Clause("4.8.2-6")]
    [InlineData(1)]
    [InlineData(2)]
    public async Task MQTT_4_8_2_6_RefusedSharedMessageIsDropped(int qos)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer one = await broker.JoinAsync("one");
        using WirePeer two = await broker.JoinAsync("two");
        await one.SubscribeAsync("$share/g/t", qos);
        await two.SubscribeAsync("$share/g/t", qos);
        using WirePeer publisher = await broker.JoinAsync("publisher");
        await publisher.PublishAsync("t", 7, qos);
        await one.SendAsync(new WirePing(WireType.Pingreq));
        WirePacket? first = await one.ReadAsync();
        if (first is WirePublish)
            Assert.IsType<WirePing>(await one.ReadAsync());
        (WirePeer chosen, WirePeer other) = first is WirePublish ? (one, two) : (two, one);
        WirePublish publish = first as WirePublish ?? await two.TakeAsync(acknowledge: false);
        await chosen.SendAckAsync(qos == 1 ? WireType.Puback : WireType.Pubrec, publish.Id, 0x97);
        await chosen.IsQuietAsync();
        await other.IsQuietAsync();
    }

    private static async Task<bool> HasNextAsync(WirePeer peer)
    {
        await peer.SendAsync(new WirePing(WireType.Pingreq));
        if (await peer.ReadAsync() is not WirePublish)
            return false;
        Assert.IsType<WirePing>(await peer.ReadAsync());
        return true;
    }
}
