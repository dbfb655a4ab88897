namespace AnyEcg.Mqtt.Tests;

public sealed class RoutingTests
{
    [Fact]
    public async Task Retained_NewSubscriber_GetsTheLastOne()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await RetainedAsync(broker.Port);
        Assert.Equal(1, broker.RetainedCount);
    }

    [MosquittoFact]
    public async Task Retained_NewSubscriberAtMosquitto_GetsTheLastOne()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync(Budget.Token);
        await RetainedAsync(server.Port);
    }

    [Fact]
    public async Task RetainHandling_EachKind_IsHonoured()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await RetainHandlingAsync(broker.Port);
    }

    [MosquittoFact]
    public async Task RetainHandling_EachKindAtMosquitto_IsHonoured()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync(Budget.Token);
        await RetainHandlingAsync(server.Port);
    }

    [Fact]
    public async Task Overlap_SeveralFilters_DeliversOnceAtTheHighestLevel()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver receiver = new();
        await using MqttConnection client = await Clients.ConnectAsync(broker.Port, "c", receiver);
        await client.SubscribeAsync([new("a/#", MqttQos.AtMostOnce), new("a/+"), new("a/b", MqttQos.AtMostOnce)], Budget.Token);
        await client.PublishAsync("a/b", "1");
        await client.PublishAsync("a/b", "2", MqttQos.AtMostOnce);
        await client.PublishAsync("a/b/c", "3");
        List<Received> got = await receiver.TakeAsync(3);
        Assert.Equal(["1", "2", "3"], got.Select(m => m.Text));
        Assert.Equal([MqttQos.AtLeastOnce, MqttQos.AtMostOnce, MqttQos.AtMostOnce], got.Select(m => m.Qos));
        Assert.Equal(3, broker.Counters.DeliveriesMatched);
    }

    [Fact]
    public async Task Options_NoLocalAndRetainAsPublished_AreHonoured()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver receiver = new();
        await using MqttConnection client = await Clients.ConnectAsync(broker.Port, "c", receiver);
        await using MqttConnection other = await Clients.ConnectAsync(broker.Port, "o");
        await client.SubscribeAsync([new("own", NoLocal: true), new("kept", RetainAsPublished: true), new("plain")], Budget.Token);
        await client.PublishAsync("own", "mine");
        await other.PublishAsync("own", "theirs");
        await other.PublishAsync("kept", "k", MqttQos.AtLeastOnce, retain: true);
        await other.PublishAsync("plain", "p", MqttQos.AtLeastOnce, retain: true);
        List<Received> got = await receiver.TakeAsync(3);
        Assert.Equal(["theirs", "k", "p"], got.Select(m => m.Text));
        Assert.Equal([false, true, false], got.Select(m => m.Retain));
    }

    [Fact]
    public async Task Unsubscribe_KnownAndUnknown_StopsDelivery()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver receiver = new();
        await using MqttConnection client = await Clients.ConnectAsync(broker.Port, "c", receiver);
        await client.SubscribeAsync([new("a"), new("b")], Budget.Token);
        await client.UnsubscribeAsync(["a", "never"], Budget.Token);
        await client.PublishAsync("a", "1");
        await client.PublishAsync("b", "2");
        Assert.Equal("2", (await receiver.NextAsync()).Text);
    }

    [Fact]
    public async Task SlowClient_Qos0_IsDroppedAndCounted()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { OutboundLimitPerClient = 20_000 });
        using RawPeer deaf = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "deaf" });
        await deaf.SendAsync(new SubscribePacket(1, [new("t", MqttQos.AtMostOnce)]));
        await deaf.ExpectAsync(PacketType.Suback);
        await using MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "p");
        MqttMessage message = new() { Topic = "t", Payload = new byte[100_000], Qos = MqttQos.AtLeastOnce };
        while (broker.Counters.DroppedSlowClient < 10)
            await publisher.PublishAsync(message, Budget.Token);
        BrokerCounters counters = broker.Counters;
        Assert.Equal(counters.MessagesReceived, counters.DeliveriesMatched);
        Assert.Equal(counters.DeliveriesMatched, counters.DeliveriesSent + counters.DroppedSlowClient);
    }

    [Fact]
    public async Task SmallClient_LargeMessage_IsSkippedAndCounted()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver receiver = new();
        MqttClientOptions options = Clients.Options(broker.Port, "small");
        options.MaximumPacketSize = 1000;
        await using MqttConnection small = await Clients.ConnectAsync(options, receiver);
        await small.SubscribeAsync("t");
        await using MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "p");
        await publisher.PublishAsync("t", new string('x', 2000));
        await publisher.PublishAsync("t", new string('x', 2000), MqttQos.AtMostOnce);
        await publisher.PublishAsync("t", "fits");
        Received got = await receiver.NextAsync();
        Assert.Equal("fits", got.Text);
        Assert.Equal(1, broker.PendingOf("small"));
        small.Acknowledge(got.Ack);
        await Budget.UntilAsync(() => broker.PendingOf("small") == 0 && broker.Counters.DroppedTooLarge == 2);
    }

    [Fact]
    public async Task Limits_RetainedAndSubscriptions_AreKept()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(
            new EmbeddedBrokerOptions { MaxRetained = 2, MaxSubscriptionsPerClient = 2 });
        await using MqttConnection client = await Clients.ConnectAsync(broker.Port, "c");
        foreach (string topic in new[] { "a", "b", "c", "a" })
            await client.PublishAsync(topic, "x", MqttQos.AtLeastOnce, retain: true);
        Assert.Equal(2, broker.RetainedCount);
        Assert.Equal(1, broker.Counters.RetainRefused);
        await client.SubscribeAsync([new("a"), new("b"), new("a", MqttQos.AtMostOnce)], Budget.Token);
        MqttSubscribeException e = await Assert.ThrowsAsync<MqttSubscribeException>(() => client.SubscribeAsync("c"));
        Assert.Equal(MqttReasonCode.QuotaExceeded, e.ReasonCode);
    }

    [Fact]
    public async Task Retained_Expired_IsGone()
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "p" });
        MqttMessage message = Clients.Text("t", "x", MqttQos.AtLeastOnce, retain: true) with { MessageExpiry = TimeSpan.FromSeconds(5) };
        await peer.SendAsync(new OutgoingPublish(message, 1, false));
        await peer.ExpectAsync(PacketType.Puback);
        Assert.Equal(1, broker.RetainedCount);
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(0, broker.RetainedCount);
    }

    private static async Task RetainedAsync(int port)
    {
        RecordingReceiver receiver = new();
        await using MqttConnection publisher = await Clients.ConnectAsync(port, "p");
        foreach ((string topic, string text) in new[] { ("r/1", "old"), ("r/1", "new"), ("r/2", "gone"), ("r/2", "") })
            await publisher.PublishAsync(topic, text, MqttQos.AtLeastOnce, retain: true);
        await using MqttConnection subscriber = await Clients.ConnectAsync(port, "s", receiver);
        await subscriber.SubscribeAsync("r/+");
        await publisher.PublishAsync("r/3", "live");
        List<Received> got = await receiver.TakeAsync(2);
        Assert.Equal([("r/1", "new", true), ("r/3", "live", false)], got.Select(m => (m.Topic, m.Text, m.Retain)));
    }

    private static async Task RetainHandlingAsync(int port)
    {
        RecordingReceiver receiver = new();
        await using MqttConnection client = await Clients.ConnectAsync(port, "c", receiver);
        await client.PublishAsync("t", "kept", MqttQos.AtLeastOnce, retain: true);
        async Task<string> FirstAfterAsync(MqttRetainHandling handling)
        {
            await client.SubscribeAsync([new("t", RetainHandling: handling), new("marker")], Budget.Token);
            await client.PublishAsync("marker", "none");
            Received first = await receiver.NextAsync();
            client.Acknowledge(first.Ack);
            if (first.Retain)
                client.Acknowledge((await receiver.NextAsync()).Ack);
            return first.Text;
        }

        Assert.Equal("none", await FirstAfterAsync(MqttRetainHandling.Never));
        Assert.Equal("none", await FirstAfterAsync(MqttRetainHandling.OnlyIfNew));
        Assert.Equal("kept", await FirstAfterAsync(MqttRetainHandling.Always));
        await client.UnsubscribeAsync(["t"], Budget.Token);
        Assert.Equal("kept", await FirstAfterAsync(MqttRetainHandling.OnlyIfNew));
    }
}
