using WP = AnyEcg.Mqtt.Conformance.Tests.WireProperties;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>Section 3.3 of both versions: what the embedded broker does with a publish.</summary>
[OfServer]
public sealed class ServerPublishClauseTests
{
    [Theory]
    [Clause("3.3.1-5", "3.3.1-6", "3.3.1-7", "3.3.1-8", "3.3.1-9")]
    [Clause311("3.3.1-5", "3.3.1-6", "3.3.1-7", "3.3.1-8", "3.3.1-10", "3.3.1-11", "3.3.1-12", "3.1.2-7")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_3_1_5_to_3_3_1_9_and_311_3_1_2_7_RetainedMessages(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer listener = await broker.JoinAsync("listener", level);
        using (WirePeer publisher = await broker.JoinAsync("publisher", level))
        {
            await publisher.PublishAsync("t", 1, 1, retain: true);
            await publisher.PublishAsync("t", 2, 0, retain: true);
            await publisher.PublishAsync("t", 3, 1);
        }

        await listener.SubscribeAsync("t", 1);
        WirePublish retained = await listener.TakeAsync();
        Assert.Equal((2, true), (retained.Payload[0], retained.Retain));
        using WirePeer other = await broker.JoinAsync("publisher", level);
        await other.PublishAsync(new WirePublish("t", [], 1, 5) { Retain = true });
        Assert.Empty((await listener.TakeAsync()).Payload);
        Assert.Equal(0, broker.RetainedCount);
        await listener.SubscribeAsync("t", 1);
        await listener.IsQuietAsync();
    }

    [Theory, Clause("3.3.1-12", "3.3.1-3"), Clause311("3.3.1-9", "3.3.1-3")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_3_1_3_and_3_3_1_12_and_311_3_3_1_9_ForwardedFlagsAreTheBrokersOwn(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer listener = await broker.JoinAsync("listener", level);
        await listener.SubscribeAsync("t", 1);
        using WirePeer publisher = await broker.JoinAsync("publisher", level);
        await publisher.PublishAsync(new WirePublish("t", [1], 1, 5) { Retain = true, Duplicate = true });
        WirePublish forwarded = await listener.TakeAsync();
        Assert.Equal((false, false), (forwarded.Retain, forwarded.Duplicate));
    }

    [Theory, Clause("3.3.1-10", "3.3.1-11", "3.8.4-4")]
    [InlineData(0x01, 2)]
    [InlineData(0x11, 1)]
    [InlineData(0x21, 0)]
    public async Task MQTT_3_3_1_10_and_3_3_1_11_and_3_8_4_4_RetainHandling(int options, int expected)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await broker.JoinAsync("x");
        await peer.PublishAsync("t", 1, 1, retain: true);
        int seen = 0;
        for (int i = 0; i < 2; i++)
        {
            await peer.SubscribeAsync("t", options);
            await peer.SendAsync(new WirePing(WireType.Pingreq));
            while (await peer.ReadAsync() is WirePublish)
                seen++;
        }

        Assert.Equal(expected, seen);
    }

    [Fact, Clause("3.3.1-13")]
    public async Task MQTT_3_3_1_13_RetainAsPublished()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer listener = await broker.JoinAsync("listener");
        await listener.SubscribeAsync("t", 0x08);
        using WirePeer publisher = await broker.JoinAsync("publisher");
        await publisher.PublishAsync("t", 1, 1, retain: true);
        await publisher.PublishAsync("t", 2);
        Assert.True((await listener.TakeAsync()).Retain);
        Assert.False((await listener.TakeAsync()).Retain);
    }

    [Theory, Clause("3.3.2-3", "4.5.0-1"), Clause311("3.3.2-3", "4.5.0-1")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_3_2_3_and_4_5_0_1_MatchingSessionsGetTheMessage(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer one = await broker.JoinAsync("one", level);
        using WirePeer two = await broker.JoinAsync("two", level);
        await one.SubscribeAsync("a/+/c", 1);
        await two.SubscribeAsync("a/#", 1);
        using WirePeer publisher = await broker.JoinAsync("publisher", level);
        foreach (string topic in new[] { "a", "a/b", "a/b/c", "a/b/c/d", "b", "/a/b/c" })
            await publisher.PublishAsync(topic, 1);
        Assert.Equal("a/b/c", (await one.TakeAsync()).Topic);
        await one.IsQuietAsync();
        foreach (string topic in new[] { "a", "a/b", "a/b/c", "a/b/c/d" })
            Assert.Equal(topic, (await two.TakeAsync()).Topic);
        await two.IsQuietAsync();
    }

    [Fact, Clause("3.3.2-4", "3.3.2-15", "3.3.2-16", "3.3.2-17", "3.3.2-18", "3.3.2-20")]
    public async Task MQTT_3_3_2_4_to_3_3_2_20_PropertiesGoThroughUnchanged()
    {
        WireProperty[] properties =
        [
            new(WP.PayloadFormat, 1), new(WP.ContentType, Text: "text/plain"), new(WP.ResponseTopic, Text: "r/\u00e9"),
            new(WP.UserProperty, Name: "b", Text: "1"), new(WP.UserProperty, Name: "a", Text: ""), new(WP.UserProperty, Name: "b", Text: "0"),
        ];
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await broker.JoinAsync("x");
        await peer.SubscribeAsync("t", 0);
        byte[] correlation = [0, 0xFF, 0];
        await peer.SendAsync(new WirePublish("t", [1]) { Properties = [.. properties, new(WP.CorrelationData, Data: correlation)] });
        WirePublish forwarded = await peer.TakeAsync();
        Assert.Equal(correlation, forwarded.Properties.Single(p => p.Id == WP.CorrelationData).Data);
        Assert.Equal(properties.Where(p => p.Id == WP.UserProperty), forwarded.Properties.Where(p => p.Id == WP.UserProperty));
        Assert.Equal(properties.ToHashSet(), forwarded.Properties.Where(p => p.Id != WP.CorrelationData).ToHashSet());
    }

    [Fact, Clause("3.3.2-7", "3.3.2-8", "3.3.2-12")]
    public async Task MQTT_3_3_2_7_and_3_3_2_8_and_3_3_2_12_AliasesOfAClient()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { TopicAliasMaximum = 3 });
        (WirePeer peer, WireConnack connack) = await broker.GreetAsync(new WireConnect(5, "x", true));
        using WirePeer end = peer;
        Assert.Equal(3, connack.Number(WP.TopicAliasMaximum));
        await peer.SubscribeAsync("#", 0);
        for (int alias = 1; alias <= 3; alias++)
        {
            await peer.SendAsync(new WirePublish($"t/{alias}", [1]) { Properties = [new(WP.TopicAlias, alias)] });
            await peer.SendAsync(new WirePublish("", [2]) { Properties = [new(WP.TopicAlias, alias)] });
            Assert.Equal($"t/{alias}", (await peer.TakeAsync()).Topic);
            Assert.Equal($"t/{alias}", (await peer.TakeAsync()).Topic);
        }

        foreach ((string topic, int alias, int reason) in new[] { ("", 1, 0x82), ("t", 0, 0x94), ("t", 4, 0x94) })
        {
            using WirePeer next = await broker.JoinAsync("x");
            Assert.Equal(reason, await next.EndsAsync(
                WireEncoder.Encode(new WirePublish(topic, [1]) { Properties = [new(WP.TopicAlias, alias)] }, 5)));
        }
    }

    [Theory, Clause("3.1.2-26", "3.1.2-27", "3.3.2-11")]
    [InlineData(0)]
    [InlineData(2)]
    public async Task MQTT_3_1_2_26_and_3_1_2_27_and_3_3_2_11_AliasesForAClient(int maximum)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        WireProperty[] allowed = maximum == 0 ? [] : [new(WP.TopicAliasMaximum, maximum)];
        using WirePeer peer = await broker.JoinAsync("x", properties: allowed);
        await peer.SubscribeAsync("#", 0);
        List<long> aliases = [];
        for (int i = 0; i < 8; i++)
        {
            await peer.SendAsync(new WirePublish($"t/{i % 4}", [1]));
            if ((await peer.TakeAsync()).Number(WP.TopicAlias) is { } alias)
                aliases.Add(alias);
        }

        Assert.All(aliases, alias => Assert.InRange(alias, 1, maximum));
        Assert.Equal(maximum > 0, aliases.Count > 0);
    }

    [Theory, Clause("3.1.2-24", "3.1.2-25")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task MQTT_3_1_2_24_and_3_1_2_25_TooLargeMessagesAreLeftOut(int qos)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer small = await broker.JoinAsync("small", properties: new WireProperty(WP.MaximumPacketSize, 60));
        using WirePeer large = await broker.JoinAsync("large");
        await small.SubscribeAsync("t", qos);
        await large.SubscribeAsync("t", qos);
        using WirePeer publisher = await broker.JoinAsync("publisher");
        await publisher.PublishAsync(new WirePublish("t", new byte[60], qos, qos == 0 ? 0 : 5));
        await publisher.PublishAsync("t", 2, qos);
        Assert.Equal([2], (await small.TakeAsync()).Payload);
        Assert.Equal(60, (await large.TakeAsync(acknowledge: false)).Payload.Length);
        Assert.Equal([2], (await large.TakeAsync(acknowledge: false)).Payload);
        await small.IsQuietAsync();
    }

    [Theory, Clause("3.3.4-2"), Clause311("3.3.5-1")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_3_4_2_and_311_3_3_5_1_OverlappingSubscriptionsGiveTheHighestQos(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await broker.JoinAsync("x", level);
        await peer.SubscribeAsync("a/#", 0);
        await peer.SubscribeAsync("a/+", 2);
        await peer.SubscribeAsync("a/b", 1);
        using WirePeer publisher = await broker.JoinAsync("publisher", level);
        await publisher.PublishAsync("a/b", 1, 2);
        Assert.Equal(2, (await peer.TakeAsync()).Qos);
    }

    [Fact, Clause("3.3.4-3", "3.3.4-4", "3.3.4-5")]
    public async Task MQTT_3_3_4_3_and_3_3_4_4_and_3_3_4_5_SubscriptionIdentifiersComeBack()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await broker.JoinAsync("x");
        await peer.SubscribeAsync("a/#", 1, new WireProperty(WP.SubscriptionIdentifier, 7));
        await peer.SubscribeAsync("a/+", 1, new WireProperty(WP.SubscriptionIdentifier, 268_435_455));
        await peer.SubscribeAsync("a/b", 1);
        await peer.SendAsync(new WirePublish("a/b", [1]));
        HashSet<long> identifiers = [];
        int copies = 0;
        await peer.SendAsync(new WirePing(WireType.Pingreq));
        while (await peer.ReadAsync() is WirePublish copy)
        {
            copies++;
            identifiers.UnionWith(copy.Properties.Where(p => p.Id == WP.SubscriptionIdentifier).Select(p => p.Number));
        }

        Assert.InRange(copies, 1, 3);
        Assert.Equal([7, 268_435_455], identifiers.Order());
    }

    [Theory, Clause("3.8.3-3")]
    [InlineData(0x04, 0)]
    [InlineData(0x00, 1)]
    public async Task MQTT_3_8_3_3_NoLocal(int options, int copies)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await broker.JoinAsync("x");
        await peer.SubscribeAsync("t", options);
        await peer.SendAsync(new WirePublish("t", [1]));
        if (copies > 0)
            await peer.TakeAsync();
        await peer.IsQuietAsync();
    }

    [Fact, Clause311("3.3.5-2")]
    public async Task MQTT311_3_3_5_2_ForbiddenPublishIsAcknowledged()
    {
        EmbeddedBrokerOptions options = new() { Users = [new BrokerUser("u", "p") { MayPublish = ["allowed"] }] };
        await using EmbeddedBroker broker = await Clients.BrokerAsync(options);
        (WirePeer peer, WireConnack connack) = await broker.GreetAsync(
            new WireConnect(4, "x", true) { UserName = "u", Password = "p"u8.ToArray() });
        using WirePeer end = peer;
        Assert.Equal(0, connack.Reason);
        await peer.SubscribeAsync("#", 0);
        await peer.SendAsync(new WirePublish("forbidden", [1], 1, 5));
        WirePacket? answer = await peer.ReadAsync();
        Assert.True(answer is null or WireAck { Type: WireType.Puback, Id: 5 }, $"{answer}");
        if (answer is not null)
            await peer.IsQuietAsync();
    }
}
