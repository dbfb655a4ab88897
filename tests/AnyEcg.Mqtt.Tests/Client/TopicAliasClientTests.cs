namespace AnyEcg.Mqtt.Tests;

public sealed class TopicAliasClientTests
{
    [Fact]
    public async Task Publish_BrokerAllowsTwo_FirstTwoTopicsGetOne()
    {
        using ScriptedBroker broker = new();
        MqttClientOptions options = Clients.Options(broker.Port, "c");
        options.MaxTopicAliases = 10;
        await using MqttConnection client = Clients.Make(options);
        RawPeer first = await broker.ConnectAsync(client, new ConnackPacket { TopicAliasMaximum = 2 });
        (string, string, ushort)[] sent = [("a", "a", 1), ("b", "b", 2), ("c", "c", 0), ("a", "", 1), ("c", "c", 0), ("b", "", 2)];
        foreach ((string topic, string onTheWire, ushort alias) in sent)
        {
            await client.PublishAsync(topic, "x", MqttQos.AtMostOnce);
            Assert.Equal((onTheWire, alias), await ReadAsync(first));
        }

        first.Dispose();

        // A new connection knows none of them, and another number may be allowed.
        (RawPeer second, _) = await broker.AcceptAsync(new ConnackPacket { TopicAliasMaximum = 1 });
        using RawPeer owned = second;
        await Budget.UntilAsync(() => client.State == MqttConnectionState.Connected);
        foreach ((string topic, string onTheWire, ushort alias) in new (string, string, ushort)[] { ("b", "b", 1), ("a", "a", 0), ("b", "", 1) })
        {
            await client.PublishAsync(topic, "x", MqttQos.AtMostOnce);
            Assert.Equal((onTheWire, alias), await ReadAsync(second));
        }
    }

    [Fact]
    public async Task Publish_TooLargeForTheBroker_AnnouncesNothing()
    {
        using ScriptedBroker broker = new();
        MqttClientOptions options = Clients.Options(broker.Port, "c");
        options.MaxTopicAliases = 10;
        await using MqttConnection client = Clients.Make(options);
        using RawPeer peer = await broker.ConnectAsync(client, new ConnackPacket { TopicAliasMaximum = 2, MaximumPacketSize = 100 });
        await Assert.ThrowsAsync<MqttPublishException>(() => client.PublishAsync("a", new string('x', 200), MqttQos.AtMostOnce));
        await client.PublishAsync("a", "x", MqttQos.AtMostOnce);
        Assert.Equal(("a", (ushort)1), await ReadAsync(peer));
    }

    [Fact]
    public async Task Receive_Aliases_StandForTheirTopics()
    {
        using ScriptedBroker broker = new();
        RecordingReceiver receiver = new();
        MqttClientOptions options = Clients.Options(broker.Port, "c");
        options.TopicAliasMaximum = 2;
        await using MqttConnection client = Clients.Make(options, receiver);
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer peer, ConnectPacket connect) = await broker.AcceptAsync(new ConnackPacket());
        using RawPeer owned = peer;
        await starting;
        Assert.Equal(2, connect.TopicAliasMaximum);
        (string Topic, TopicAlias Alias)[] sent =
            [("a", new(1, false)), ("b", new(2, false)), ("a", new(1, true)), ("b", new(2, true)), ("c", new(1, false)), ("c", new(1, true)), ("d", default)];
        foreach ((string topic, TopicAlias alias) in sent)
            await peer.SendAsync(new OutgoingPublish(Clients.Text(topic, "x", MqttQos.AtMostOnce), 0, false, alias));
        Assert.Equal(sent.Select(s => s.Topic), (await receiver.TakeAsync(sent.Length)).Select(r => r.Topic));

        // A repeat that is not delivered still names its alias.
        MqttMessage once = Clients.Text("e", "x", MqttQos.ExactlyOnce);
        await peer.SendAsync(new OutgoingPublish(once, 9, false));
        await peer.SendAsync(new OutgoingPublish(once, 9, true, new TopicAlias(2, false)));
        await peer.SendAsync(new OutgoingPublish(Clients.Text("e", "y", MqttQos.AtMostOnce), 0, false, new TopicAlias(2, true)));
        Assert.Equal([("e", "x"), ("e", "y")], (await receiver.TakeAsync(2)).Select(r => (r.Topic, r.Text)));
    }

    [Theory]
    [InlineData("30 07 00 00 03 23 00 02 78", MqttReasonCode.ProtocolError)] // never announced
    [InlineData("30 07 00 00 03 23 00 00 78", MqttReasonCode.TopicAliasInvalid)]
    [InlineData("30 08 00 01 61 03 23 00 03 78", MqttReasonCode.TopicAliasInvalid)] // more than allowed
    public async Task Receive_InvalidAlias_IsRefused(string hex, MqttReasonCode reason)
    {
        using ScriptedBroker broker = new();
        MqttClientOptions options = Clients.Options(broker.Port, "c");
        options.TopicAliasMaximum = 2;
        await using MqttConnection client = Clients.Make(options);
        using RawPeer peer = await broker.ConnectAsync(client);
        await peer.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        await peer.ExpectDisconnectAsync(reason);
    }

    private static async Task<(string Topic, ushort Alias)> ReadAsync(RawPeer peer)
    {
        (byte header, byte[] body) = (await peer.ReadAsync())!.Value;
        PublishPacket packet = PublishPacket.Parse(header, body, MqttVersion.V5, 10);
        return (Generators.Utf8(packet.Topic), packet.TopicAlias);
    }
}
