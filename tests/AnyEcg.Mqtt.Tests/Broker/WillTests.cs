namespace AnyEcg.Mqtt.Tests;

public sealed class WillTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Leave_InOrderOrNot_DecidesOnTheWill(bool inOrder, bool published)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await LeaveAsync(broker.Port, inOrder, published);
    }

    [MosquittoFact]
    public async Task Leave_FromMosquittoWithoutDisconnect_PublishesTheWill()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync(Budget.Token);
        await LeaveAsync(server.Port, inOrder: false, published: true);
        await LeaveAsync(server.Port, inOrder: true, published: false);
    }

    [Fact]
    public async Task Delay_Passes_PublishesTheWillOnce()
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        using RawPeer watcher = await WatchAsync(broker.Port);
        await DropAsync(broker, new ConnectPacket { ClientId = "d", SessionExpiry = 1000, Will = Clients.Text("will", "gone"), WillDelay = 30 });
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(0, broker.Counters.WillsPublished);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("gone", Generators.Utf8((await watcher.ExpectPublishAsync()).Payload));
        time.Advance(TimeSpan.FromSeconds(2000));
        Assert.Equal(1, broker.Counters.WillsPublished);
    }

    [Fact]
    public async Task Delay_SessionEndsFirst_PublishesTheWillThen()
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        await DropAsync(broker, new ConnectPacket { ClientId = "d", SessionExpiry = 10, Will = Clients.Text("will", "gone"), WillDelay = 30 });
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(1, broker.Counters.WillsPublished);
    }

    [Fact]
    public async Task Delay_ClientReturns_PublishesNothing()
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        ConnectPacket connect = new() { ClientId = "d", SessionExpiry = 1000, Will = Clients.Text("will", "gone"), WillDelay = 30 };
        await DropAsync(broker, connect);
        time.Advance(TimeSpan.FromSeconds(20));
        using RawPeer back = await RawPeer.LogInAsync(broker.Port, connect);
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(0, broker.Counters.WillsPublished);
        await back.SendAsync(new DisconnectPacket(MqttReasonCode.DisconnectWithWill));
        back.Dispose();
        await Budget.UntilAsync(() => broker.Core.Links().Length == 0);
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(1, broker.Counters.WillsPublished);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/+")]
    public async Task Connect_ResponseTopicThatIsNone_IsRefusedAndHarmsNobody(string responseTopic)
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        using RawPeer peer = await RawPeer.ConnectAsync(broker.Port);
        MqttMessage will = Clients.Text("will", "gone") with { ResponseTopic = responseTopic };
        await peer.SendAsync(new ConnectPacket { ClientId = "d", SessionExpiry = 10, Will = will, WillDelay = 5 });
        ConnackPacket connack = ConnackPacket.Parse(await peer.ExpectAsync(PacketType.Connack), MqttVersion.V5);
        peer.Dispose();
        await Budget.UntilAsync(() => broker.Core.Links().Length == 0);
        await DropAsync(broker, new ConnectPacket { ClientId = "other", SessionExpiry = 10 });
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((MqttReasonCode.ProtocolError, 0), (connack.ReasonCode, broker.SessionCount));
    }

    private static async Task LeaveAsync(int port, bool inOrder, bool published)
    {
        RecordingReceiver receiver = new();
        await using MqttConnection watcher = await Clients.ConnectAsync(port, "watcher", receiver);
        await watcher.SubscribeAsync("#");
        MqttClientOptions options = Clients.Options(port, "device");
        options.Will = Clients.Text("status", "offline", MqttQos.AtLeastOnce) with { ContentType = "text/plain" };
        MqttConnection device = await Clients.ConnectAsync(options);
        if (inOrder)
            await device.StopAsync(keepSession: true, Budget.Token);
        await device.DisposeAsync();
        Received got = published ? await receiver.NextAsync() : new Received("status", [], default, false, false, default);
        Assert.Equal("status", got.Topic);
        Assert.Equal(published ? "text/plain" : null, got.ContentType);
        await watcher.PublishAsync("last", "x");
        Assert.Equal("last", (await receiver.NextAsync()).Topic);
        await watcher.StopAsync(keepSession: false, Budget.Token);
    }

    private static async Task<RawPeer> WatchAsync(int port)
    {
        RawPeer watcher = await RawPeer.LogInAsync(port, new ConnectPacket { ClientId = "w" });
        await watcher.SendAsync(new SubscribePacket(1, [new("will")]));
        await watcher.ExpectAsync(PacketType.Suback);
        return watcher;
    }

    private static async Task DropAsync(EmbeddedBroker broker, ConnectPacket connect)
    {
        int before = broker.Core.Links().Length;
        (await RawPeer.LogInAsync(broker.Port, connect)).Dispose();
        await Budget.UntilAsync(() => broker.Core.Links().Length == before);
    }
}
