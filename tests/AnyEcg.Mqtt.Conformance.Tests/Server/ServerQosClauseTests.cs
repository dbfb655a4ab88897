using WP = AnyEcg.Mqtt.Conformance.Tests.WireProperties;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>Sections 3.4 to 3.7 and 4.3 to 4.9 of both versions: exchanges, order and flow control at the embedded broker.</summary>
[OfServer]
public sealed class ServerQosClauseTests
{
    [Theory]
    [Clause("2.2.1-5", "3.3.4-1", "3.4.2-1", "3.5.2-1", "3.7.2-1", "4.3.2-4", "4.3.3-8", "4.3.3-11")]
    [Clause311("2.3.1-6", "3.3.4-1", "4.3.2-2", "4.3.3-2")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_2_2_1_5_to_4_3_3_11_PublishesAreAnswered(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer listener = await broker.JoinAsync("listener", level);
        await listener.SubscribeAsync("t", 0);
        using WirePeer peer = await broker.JoinAsync("x", level);
        await peer.PublishAsync(new WirePublish("t", [0]));
        foreach (int id in new[] { 1, 300, 65_535 })
        {
            await peer.PublishAsync(new WirePublish("t", [1], 1, id));
            await peer.PublishAsync(new WirePublish("t", [2], 2, id));
        }

        await peer.SendAckAsync(WireType.Pubrel, 77);
        WireAck unknown = await peer.AckAsync();
        Assert.Equal((WireType.Pubcomp, 77, level == 5 ? 0x92 : 0), (unknown.Type, unknown.Id, unknown.Reason));
        foreach (byte expected in new byte[] { 0, 1, 2, 1, 2, 1, 2 })
            Assert.Equal([expected], (await listener.TakeAsync()).Payload);
        await listener.IsQuietAsync();
    }

    [Theory, Clause("4.3.2-5", "4.3.3-10", "4.3.3-12")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_4_3_2_5_and_4_3_3_10_and_4_3_3_12_IdsAreNewAfterTheExchangeOnly(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer listener = await broker.JoinAsync("listener", level);
        await listener.SubscribeAsync("t", 0);
        using WirePeer peer = await broker.JoinAsync("x", level);
        foreach (byte payload in new byte[] { 1, 2 })
        {
            await peer.PublishAsync(new WirePublish("t", [payload], 1, 5) { Duplicate = payload == 2 });
            Assert.Equal([payload], (await listener.TakeAsync()).Payload);
        }

        foreach (byte payload in new byte[] { 3, 4 })
        {
            for (int i = 0; i < 3; i++)
            {
                await peer.SendAsync(new WirePublish("t", [payload], 2, 5) { Duplicate = i > 0 });
                Assert.Equal(WireType.Pubrec, (await peer.AckAsync()).Type);
            }

            await peer.SendAckAsync(WireType.Pubrel, 5);
            Assert.Equal(WireType.Pubcomp, (await peer.AckAsync()).Type);
            Assert.Equal([payload], (await listener.TakeAsync()).Payload);
        }

        await listener.IsQuietAsync();
    }

    [Fact, Clause("4.3.3-9")]
    public async Task MQTT_4_3_3_9_AfterARefusalTheIdIsNew()
    {
        EmbeddedBrokerOptions options = new() { Users = [new BrokerUser("u", "p") { MayPublish = ["allowed"] }] };
        await using EmbeddedBroker broker = await Clients.BrokerAsync(options);
        (WirePeer peer, _) = await broker.GreetAsync(new WireConnect(5, "x", true) { UserName = "u", Password = "p"u8.ToArray() });
        using WirePeer end = peer;
        await peer.SubscribeAsync("#", 0);
        await peer.SendAsync(new WirePublish("forbidden", [1], 2, 5));
        Assert.Equal((WireType.Pubrec, 0x87), (await peer.AckAsync()) is var ack ? (ack.Type, ack.Reason) : default);
        await peer.SendAsync(new WirePublish("allowed", [2], 2, 5));
        WirePacket?[] next = [await peer.ReadAsync(), await peer.ReadAsync()];
        Assert.Contains(next, packet => packet is WireAck { Type: WireType.Pubrec, Reason: < 0x80 });
        Assert.Contains(next, packet => packet is WirePublish { Topic: "allowed" });
    }

    [Fact, Clause("4.3.3-13")]
    public async Task MQTT_4_3_3_13_ExpiredMessagesAreFinished()
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        using WirePeer peer = await broker.JoinAsync("x");
        await peer.SendAsync(new WirePublish("t", [1], 2, 5) { Properties = [new(WP.MessageExpiry, 1)] });
        Assert.Equal(WireType.Pubrec, (await peer.AckAsync()).Type);
        time.Advance(TimeSpan.FromSeconds(5));
        await peer.SendAckAsync(WireType.Pubrel, 5);
        Assert.Equal(WireType.Pubcomp, (await peer.AckAsync()).Type);
    }

    [Theory]
    [Clause("2.2.1-4", "4.3.1-1", "4.3.2-1", "4.3.2-2", "4.3.3-1", "4.3.3-2", "3.3.1-2", "4.6.0-5", "4.6.0-6", "3.8.4-8")]
    [Clause311("2.3.1-4", "4.3.1-1", "3.3.1-2", "4.6.0-5", "4.6.0-6", "3.8.4-6")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_2_2_1_4_to_4_6_0_6_DeliveriesAreNewAndInOrder(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer listener = await broker.JoinAsync("listener", level);
        await listener.SubscribeAsync("t", 2);
        await listener.SubscribeAsync("low", 1);
        using WirePeer publisher = await broker.JoinAsync("publisher", level);
        for (byte i = 0; i < 30; i++)
            await publisher.PublishAsync(i == 29 ? "low" : "t", i, i == 29 ? 2 : i % 3);
        List<WirePublish> all = [];
        for (int i = 0; i < 30; i++)
            all.Add(await listener.TakeAsync(acknowledge: false));
        Assert.All(all, publish => Assert.False(publish.Duplicate));
        Assert.Equal(1, all.Single(publish => publish.Topic == "low").Qos);
        int[] ids = [.. all.Where(publish => publish.Qos > 0).Select(publish => publish.Id)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        for (int qos = 0; qos <= 2; qos++)
        {
            byte[] payloads = [.. all.Where(publish => publish.Qos == qos && publish.Topic == "t").Select(publish => publish.Payload[0])];
            Assert.NotEmpty(payloads);
            Assert.All(payloads, payload => Assert.Equal(qos, payload % 3));
            Assert.Equal(payloads.Order(), payloads);
        }
    }

    [Theory]
    [Clause("3.3.1-1", "4.3.2-3", "4.3.3-3", "4.3.3-4", "4.3.3-5", "4.3.3-6", "3.6.2-1", "4.4.0-1")]
    [Clause311("3.3.1-1", "4.3.2-1", "4.3.3-1", "4.4.0-1")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_3_1_1_to_4_4_0_1_UnacknowledgedPacketsAreSentAgain(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        WirePeer first = await broker.JoinAsync("listener", level, clean: false, expiry: 100);
        await first.SubscribeAsync("t", 2);
        using WirePeer publisher = await broker.JoinAsync("publisher", level);
        await publisher.PublishAsync("t", 1, 2);
        await publisher.PublishAsync("t", 2, 1);
        await publisher.PublishAsync("t", 3, 2);
        WirePublish[] sent = [await first.TakeAsync(false), await first.TakeAsync(false), await first.TakeAsync(false)];
        await first.SendAckAsync(WireType.Pubrec, sent[0].Id);
        Assert.Equal((WireType.Pubrel, sent[0].Id), (await first.AckAsync()) is var release ? (release.Type, release.Id) : default);
        await first.IsQuietAsync();
        first.Crash();

        using WirePeer second = await broker.JoinAsync("listener", level, clean: false, expiry: 100);
        List<WirePacket> again = [];
        while (again.Count < 3)
            again.Add((await second.ReadAsync())!);
        Assert.Equal(sent[0].Id, Assert.Single(again.OfType<WireAck>(), ack => ack.Type == WireType.Pubrel).Id);
        Assert.Equal(
            sent[1..].Select(publish => (publish.Id, publish.Payload[0], true)),
            again.OfType<WirePublish>().Select(publish => (publish.Id, publish.Payload[0], publish.Duplicate)));
        await second.IsQuietAsync();
    }

    [Fact, Clause("4.3.3-7")]
    public async Task MQTT_4_3_3_7_NoExpiryOnceSent()
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        WirePeer first = await broker.JoinAsync("listener", clean: false, expiry: 1000);
        await first.SubscribeAsync("t", 2);
        using WirePeer publisher = await broker.JoinAsync("publisher");
        await publisher.PublishAsync(new WirePublish("t", [1], 2, 5) { Properties = [new(WP.MessageExpiry, 5)] });
        WirePublish sent = await first.TakeAsync(acknowledge: false);
        first.Crash();
        time.Advance(TimeSpan.FromSeconds(20));
        using WirePeer second = await broker.JoinAsync("listener", clean: false, expiry: 1000);
        Assert.Equal((sent.Id, true), (await second.TakeAsync()) is var again ? (again.Id, again.Duplicate) : default);
    }

    [Fact, Clause("4.4.0-2")]
    public async Task MQTT_4_4_0_2_RefusedPublishIsNotRepeated()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        WirePeer first = await broker.JoinAsync("listener", clean: false, expiry: 100);
        await first.SubscribeAsync("t", 2);
        using WirePeer publisher = await broker.JoinAsync("publisher");
        await publisher.PublishAsync("t", 1, 1);
        await publisher.PublishAsync("t", 2, 2);
        await first.SendAckAsync(WireType.Puback, (await first.TakeAsync(false)).Id, 0x97);
        await first.SendAckAsync(WireType.Pubrec, (await first.TakeAsync(false)).Id, 0x97);
        await first.IsQuietAsync();
        first.Crash();
        using WirePeer second = await broker.JoinAsync("listener", clean: false, expiry: 100);
        await second.IsQuietAsync();
    }

    [Fact, Clause("3.3.4-9", "3.3.4-10", "4.9.0-1", "4.9.0-2", "4.9.0-3")]
    public async Task MQTT_3_3_4_9_to_4_9_0_3_ReceiveMaximumOfAClientIsKept()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer listener = await broker.JoinAsync("listener", properties: new WireProperty(WP.ReceiveMaximum, 2));
        await listener.SubscribeAsync("t", 2);
        using WirePeer publisher = await broker.JoinAsync("publisher");
        for (byte i = 0; i < 6; i++)
            await publisher.PublishAsync("t", i, 1 + (i % 2));
        WirePublish[] open = [await listener.TakeAsync(false), await listener.TakeAsync(false)];
        await listener.IsQuietAsync();
        await listener.SubscribeAsync("other", 0);
        await publisher.PublishAsync("t", 99, 0);
        Assert.Equal([99], (await listener.TakeAsync()).Payload);
        await listener.SendAckAsync(WireType.Puback, open[0].Id);
        Assert.Equal([2], (await listener.TakeAsync(false)).Payload);
        await listener.SendAckAsync(WireType.Pubrec, open[1].Id);
        Assert.Equal(WireType.Pubrel, (await listener.AckAsync()).Type);
        await listener.IsQuietAsync();
        await listener.SendAckAsync(WireType.Pubcomp, open[1].Id);
        Assert.Equal([3], (await listener.TakeAsync(false)).Payload);
        await listener.IsQuietAsync();
    }

    [Fact]
    [Clause(
        "3.1.2-29", "3.4.2-2", "3.4.2-3", "3.5.2-2", "3.5.2-3", "3.7.2-2", "3.7.2-3", "3.6.2-2", "3.6.2-3", "3.9.2-1",
        "3.9.2-2", "3.11.2-1", "3.11.2-2")]
    public async Task MQTT_3_1_2_29_to_3_11_2_2_AnswersHaveNoTexts()
    {
        // With refusals, which is where a reason would be given.
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions
        {
            Users = [new BrokerUser("u", "p") { MayPublish = ["ok"], MaySubscribe = ["ok"] }],
        });
        (WirePeer peer, _) = await broker.GreetAsync(new WireConnect(5, "x", true)
        {
            UserName = "u",
            Password = "p"u8.ToArray(),
            Properties = [new(WP.RequestProblemInformation), new(WP.MaximumPacketSize, 40)],
        });
        using WirePeer end = peer;
        List<WirePacket> answers = [];
        foreach (WirePacket packet in new WirePacket[]
        {
            new WirePublish("no", [1], 1, 1), new WirePublish("no", [1], 2, 2), new WireAck(WireType.Pubrel, 3), new WireAck(WireType.Pubrec, 4),
            new WireSubscribe(5, [new WireFilter("no", 0)]), new WireUnsubscribe(6, ["none"]),
        })
        {
            await peer.SendAsync(packet);
            answers.Add((await peer.ReadAsync())!);
        }

        Assert.Equal(
            [WireType.Puback, WireType.Pubrec, WireType.Pubcomp, WireType.Pubrel, WireType.Suback, WireType.Unsuback],
            answers.Select(packet => packet.Type));
        Assert.All(answers, packet => Assert.Empty(packet.Properties));
    }
}
