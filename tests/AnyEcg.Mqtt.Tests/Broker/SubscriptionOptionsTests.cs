namespace AnyEcg.Mqtt.Tests;

public sealed class SubscriptionOptionsTests
{
    [Fact]
    public async Task Identifiers_Overlap_ComeAllInOneCopy()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "c" });
        await SubscribeAsync(peer, "a/#", 200_000_000);
        await SubscribeAsync(peer, "a/+", 1);
        await SubscribeAsync(peer, "a/b", 0);
        await SubscribeAsync(peer, "+/b", 1);
        await SubscribeAsync(peer, "c", 9);
        await using MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "p");
        await publisher.PublishAsync("a/b", "x", MqttQos.AtMostOnce);
        await publisher.PublishAsync("c", "x", MqttQos.AtMostOnce);
        Assert.Equal([1u, 1u, 200_000_000u], await IdentifiersAsync(peer));
        Assert.Equal([9u], await IdentifiersAsync(peer));
        await SubscribeAsync(peer, "c", 0);
        await publisher.PublishAsync("c", "x", MqttQos.AtMostOnce);
        Assert.Empty(await IdentifiersAsync(peer));
    }

    [Fact]
    public async Task Identifier_RetainedMessage_CarriesIt()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "p");
        await publisher.PublishAsync("a", "x", MqttQos.AtLeastOnce, retain: true);
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "c" });
        await SubscribeAsync(peer, "#", 5);
        Assert.Equal([5u], await IdentifiersAsync(peer));
    }

    [Fact]
    public async Task Wildcards_ReservedTopics_AreNotMatchedByAFirstWildcard()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver receiver = new();
        await using MqttConnection client = await Clients.ConnectAsync(broker.Port, "c", receiver);
        await client.PublishAsync("$own/kept", "kept", MqttQos.AtLeastOnce, retain: true);
        await client.SubscribeAsync([new("#"), new("+/x"), new("$own/x")], Budget.Token);
        await client.PublishAsync("$own/x", "own");
        await client.PublishAsync("$other/x", "hidden");
        await client.PublishAsync("end/x", "end");
        Assert.Equal(["own", "end"], (await receiver.TakeAsync(2)).Select(m => m.Text));
    }

    [Fact]
    public async Task Resubscribe_SameFilter_ReplacesItsOptions()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { MaxSubscriptionsPerClient = 1 });
        RecordingReceiver receiver = new();
        await using MqttConnection client = await Clients.ConnectAsync(broker.Port, "c", receiver);
        await client.SubscribeAsync("t", MqttQos.ExactlyOnce);
        await client.SubscribeAsync("t", MqttQos.AtMostOnce);
        await client.PublishAsync("t", "x", MqttQos.AtLeastOnce);
        Assert.Equal(MqttQos.AtMostOnce, (await receiver.NextAsync()).Qos);
        Assert.Equal(1, broker.Counters.DeliveriesMatched);
    }

    [Fact]
    public async Task Retained_BeyondItsBytes_IsForwardedOnlyAndTheOldOneGone()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { MaxRetainedBytes = 100 });
        await using MqttConnection client = await Clients.ConnectAsync(broker.Port, "c");
        await client.PublishAsync("a", new string('x', 60), retain: true);
        await client.PublishAsync("b", new string('x', 60), retain: true);
        Assert.Equal((1, 1L), (broker.RetainedCount, broker.Counters.RetainRefused));
        await client.PublishAsync("a", new string('x', 200), retain: true);
        Assert.Equal((0, 2L), (broker.RetainedCount, broker.Counters.RetainRefused));
        await client.PublishAsync("b", new string('x', 90), retain: true);
        Assert.Equal(1, broker.RetainedCount);
    }

    private static async Task SubscribeAsync(RawPeer peer, string filter, uint identifier)
    {
        await peer.SendAsync(new SubscribePacket(1, [new(filter, MqttQos.AtMostOnce)], identifier));
        await peer.ExpectAsync(PacketType.Suback);
    }

    private static async Task<List<uint>> IdentifiersAsync(RawPeer peer)
    {
        (byte header, byte[] body) = (await peer.ReadAsync())!.Value;
        List<uint> identifiers = [];
        PropertyReader reader = new(PublishPacket.Parse(header, body, MqttVersion.V5).Properties);
        while (reader.TryReadId(out PropertyId id))
        {
            Assert.Equal(PropertyId.SubscriptionIdentifier, id);
            identifiers.Add(reader.Value.ReadVariableInteger());
        }

        identifiers.Sort();
        return identifiers;
    }
}
