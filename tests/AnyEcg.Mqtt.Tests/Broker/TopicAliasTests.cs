namespace AnyEcg.Mqtt.Tests;

public sealed class TopicAliasTests
{
    [Fact]
    public async Task Publish_WithAliases_IsForwardedUnderItsTopic()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer subscriber = await QosTwoTests.SubscribeAsync(broker.Port, new ConnectPacket { ClientId = "s" }, new MqttSubscription("#"));
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "p" });
        await peer.SendAsync(new OutgoingPublish(Clients.Text("a", "1", MqttQos.AtMostOnce), 0, false, new TopicAlias(64, false)));
        await peer.SendAsync(new OutgoingPublish(Clients.Text("-", "2", MqttQos.AtMostOnce), 0, false, new TopicAlias(64, true)));
        await peer.SendAsync(new OutgoingPublish(Clients.Text("b", "3", MqttQos.AtMostOnce), 0, false, new TopicAlias(64, false)));
        await peer.SendAsync(new OutgoingPublish(Clients.Text("-", "4", MqttQos.AtMostOnce), 0, false, new TopicAlias(64, true)));
        foreach (string expected in new[] { "a1", "a2", "b3", "b4" })
        {
            (_, _, string topic, byte[] payload) = await subscriber.ExpectPublishAsync();
            Assert.Equal(expected, topic + Generators.Utf8(payload));
        }
    }

    [Fact]
    public async Task Publish_AliasOfAnEarlierConnection_IsUnknown()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        ConnectPacket connect = new() { ClientId = "p", SessionExpiry = 100 };
        using (RawPeer first = await RawPeer.LogInAsync(broker.Port, connect))
            await first.SendAsync(new OutgoingPublish(Clients.Text("a", "1", MqttQos.AtMostOnce), 0, false, new TopicAlias(1, false)));
        using RawPeer second = await RawPeer.LogInAsync(broker.Port, connect);
        await second.SendAsync(new OutgoingPublish(Clients.Text("-", "2", MqttQos.AtMostOnce), 0, false, new TopicAlias(1, true)));
        await second.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
    }

    [Fact]
    public async Task Deliver_ClientTakesAliases_StaysWithinItsMaximumAndBeginsAnewWithEachConnection()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        ConnectPacket connect = new() { ClientId = "s", SessionExpiry = 100, TopicAliasMaximum = 1 };
        await using MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "p");
        using (RawPeer first = await QosTwoTests.SubscribeAsync(broker.Port, connect, new MqttSubscription("#", MqttQos.AtMostOnce)))
        {
            foreach (string topic in new[] { "a", "b", "a", "b" })
                await publisher.PublishAsync(topic, "x", MqttQos.AtMostOnce);
            Assert.Equal([("a", 1), ("b", 0), ("", 1), ("b", 0)], await TakeAsync(first, 4));
        }

        using RawPeer second = await RawPeer.LogInAsync(broker.Port, connect);
        await publisher.PublishAsync("b", "x", MqttQos.AtMostOnce);
        Assert.Equal([("b", 1)], await TakeAsync(second, 1));
    }

    /// <summary>Header 2, topic 3, properties 1, payload: announcing an alias would add three bytes.</summary>
    [Fact]
    public async Task Deliver_PacketJustFits_GoesWithoutAnAlias()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        ConnectPacket connect = new() { ClientId = "s", TopicAliasMaximum = 5, MaximumPacketSize = 40 };
        using RawPeer peer = await QosTwoTests.SubscribeAsync(broker.Port, connect, new MqttSubscription("#", MqttQos.AtMostOnce));
        await using MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "p");
        await publisher.PublishAsync("a", new string('x', 35), MqttQos.AtMostOnce);
        await publisher.PublishAsync("a", new string('x', 34), MqttQos.AtMostOnce);
        await publisher.PublishAsync("a", "x", MqttQos.AtMostOnce);
        await publisher.PublishAsync("a", "x", MqttQos.AtMostOnce);
        Assert.Equal([("a", 0), ("a", 1), ("", 1)], await TakeAsync(peer, 3));
        Assert.Equal(1, broker.Counters.DroppedTooLarge);
    }

    private static async Task<List<(string Topic, int Alias)>> TakeAsync(RawPeer peer, int count)
    {
        List<(string, int)> taken = [];
        while (taken.Count < count)
        {
            (byte header, byte[] body) = (await peer.ReadAsync())!.Value;
            PublishPacket publish = PublishPacket.Parse(header, body, MqttVersion.V5, ushort.MaxValue);
            taken.Add((Generators.Utf8(publish.Topic), publish.TopicAlias));
        }

        return taken;
    }
}
