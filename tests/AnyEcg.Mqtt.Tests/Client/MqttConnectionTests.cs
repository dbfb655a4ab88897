using System.Text;

namespace AnyEcg.Mqtt.Tests;

public sealed class MqttConnectionTests
{
    [Fact]
    public async Task Publish_AllProperties_ArriveUnchanged()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await RoundTripAsync(broker.Port);
    }

    [MosquittoFact]
    public async Task Publish_AllPropertiesThroughMosquitto_ArriveUnchanged()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync(Budget.Token);
        await RoundTripAsync(server.Port);
    }

    [Fact]
    public async Task Start_TwiceOrAfterAStop_IsRefused()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using MqttConnection running = await Clients.ConnectAsync(broker.Port, "c");
        await Assert.ThrowsAsync<InvalidOperationException>(() => running.StartAsync(Budget.Token));
        await using MqttConnection stopped = Clients.Make(Clients.Options(broker.Port, "d"));
        await stopped.StopAsync(keepSession: false, Budget.Token);
        await Assert.ThrowsAsync<MqttException>(() => stopped.StartAsync(Budget.Token));
        await stopped.DisposeAsync();
        await stopped.DisposeAsync();
        await stopped.StopAsync(keepSession: false, Budget.Token);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stopped.StartAsync(Budget.Token));
    }

    [Fact]
    public async Task Stop_PublishesWaiting_Fail()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer peer, _) = await broker.AcceptAsync(new ConnackPacket());
        await starting;
        Task publishing = client.PublishAsync("t", "x");
        await peer.ExpectPublishAsync();
        Task stopping = client.StopAsync(keepSession: false, Budget.Token);
        DisconnectPacket disconnect = DisconnectPacket.Parse(await peer.ExpectAsync(PacketType.Disconnect), MqttVersion.V5);
        Assert.Equal(new DisconnectPacket(MqttReasonCode.Success, 0), disconnect);
        peer.Dispose();
        await stopping;
        await Assert.ThrowsAsync<MqttException>(() => publishing);
        Assert.Equal(MqttConnectionState.Stopped, client.State);
        Assert.Equal(0, client.Counters.ConnectionsLost);
    }

    [Fact]
    public async Task Publish_Qos0ToASlowBroker_WaitsForSpace()
    {
        using ScriptedBroker broker = new();
        MqttClientOptions options = Clients.Options(broker.Port, "c");
        options.OutboundLimit = 10_000;
        await using MqttConnection client = Clients.Make(options);
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer peer, _) = await broker.AcceptAsync(new ConnackPacket());
        using RawPeer owned = peer;
        await starting;
        string text = new('x', 100_000);
        Task blocked = Task.CompletedTask;
        while (blocked.IsCompletedSuccessfully)
            blocked = client.PublishAsync("t", text, MqttQos.AtMostOnce);
        for (long sent = client.Counters.PublishesSent; sent > 0; sent--)
            Assert.Equal(text.Length, (await peer.ExpectPublishAsync()).Payload.Length);
        await blocked;
    }

    [Fact]
    public void Options_ThatCannotWork_AreRefused()
    {
        Action<MqttClientOptions>[] faults =
        [
            o => o.Host = "",
            o => o.Port = 70_000,
            o => o.ReceiveMaximum = 0,
            o => o.MaximumPacketSize = 0,
            o => o.MaxInFlight = 0,
            o => o.ReconnectMax = TimeSpan.FromTicks(1),
            o => o.ReconnectMax = TimeSpan.FromDays(100),
            o => o.ConnectTimeout = TimeSpan.FromDays(100),
            o => o.TakenOverDelay = TimeSpan.MaxValue,
            o => o.KeepAlive = TimeSpan.FromSeconds(65_536),
            o => o.ClientId = "\ud800",
            o => o.Password = "a\0b",
            o => o.Will = Clients.Text("a/#", "x"),
            o => o.Will = Clients.Text("a", new string('x', 70_000)),
        ];
        Assert.All(faults, fault =>
        {
            MqttClientOptions options = new();
            fault(options);
            Assert.ThrowsAny<ArgumentException>(() => Clients.Make(options));
        });
    }

    private static async Task RoundTripAsync(int port)
    {
        RecordingReceiver receiver = new();
        await using MqttConnection subscriber = await Clients.ConnectAsync(port, "sub", receiver);
        await using MqttConnection publisher = await Clients.ConnectAsync(port, "pub");
        await subscriber.SubscribeAsync("a/+/c");
        MqttMessage sent = Clients.Text("a/b/c", "{\"x\":1}") with
        {
            ContentType = "application/json",
            ResponseTopic = "answers/1",
            CorrelationData = new byte[] { 1, 2, 3 },
            PayloadIsUtf8 = true,
            MessageExpiry = TimeSpan.FromMinutes(1),
            UserProperties = [new("k", "v1"), new("k", "v2"), new("ü", "")],
        };
        await publisher.PublishAsync(sent, Budget.Token);
        Received got = await receiver.NextAsync();
        subscriber.Acknowledge(got.Ack);
        Assert.Equal("a/b/c", got.Topic);
        Assert.Equal("{\"x\":1}", got.Text);
        Assert.Equal(MqttQos.AtLeastOnce, got.Qos);
        Assert.Equal("application/json", got.ContentType);
        Assert.Equal("answers/1", got.ResponseTopic);
        Assert.Equal(new byte[] { 1, 2, 3 }, got.CorrelationData);
        Assert.True(got.PayloadIsUtf8);
        Assert.Equal(sent.UserProperties, got.UserProperties);
        await publisher.StopAsync(false, Budget.Token);
        await subscriber.StopAsync(false, Budget.Token);
    }
}
