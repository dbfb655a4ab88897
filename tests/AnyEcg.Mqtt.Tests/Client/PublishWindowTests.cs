namespace AnyEcg.Mqtt.Tests;

public sealed class PublishWindowTests
{
    [Fact]
    public async Task Publish_BrokerAllowsThree_NeverMoreUnacknowledged()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer peer, _) = await broker.AcceptAsync(new ConnackPacket { ReceiveMaximum = 3 });
        using RawPeer owned = peer;
        await starting;
        Task[] publishes = [.. Enumerable.Range(0, 10).Select(i => client.PublishAsync("t", $"{i}"))];
        Queue<ushort> unacknowledged = new();
        for (int next = 0; next < 10; next++)
        {
            if (unacknowledged.Count == 3)
                await peer.SendAsync(new AckPacket(PacketType.Puback, unacknowledged.Dequeue()));

            (ushort id, bool duplicate, _, byte[] payload) = await peer.ExpectPublishAsync();
            Assert.Equal($"{next}", Generators.Utf8(payload));
            Assert.False(duplicate);
            Assert.DoesNotContain(id, unacknowledged);
            unacknowledged.Enqueue(id);
            Assert.Equal(Math.Max(3, next + 1), client.Counters.PublishesSent);
            if (next >= 2)
                Assert.False(publishes[next - 2].IsCompleted);
        }

        while (unacknowledged.TryDequeue(out ushort id))
            await peer.SendAsync(new AckPacket(PacketType.Puback, id));
        await Task.WhenAll(publishes).WaitAsync(Budget.Limit);
        Assert.Equal(10, client.Counters.PublishesAcknowledged);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reconnect_Unacknowledged_AreSentAgainInOrder(bool sessionPresent)
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer first, ConnectPacket connect) = await broker.AcceptAsync(new ConnackPacket { ReceiveMaximum = 3 });
        await starting;
        Assert.False(connect.CleanStart);
        Task[] publishes = [.. Enumerable.Range(0, 5).Select(i => client.PublishAsync("t", $"{i}"))];
        List<ushort> ids = [];
        for (int i = 0; i < 3; i++)
            ids.Add((await first.ExpectPublishAsync()).PacketId);
        await first.SendAsync(new AckPacket(PacketType.Puback, ids[1]));
        Assert.Equal("3", Generators.Utf8((await first.ExpectPublishAsync()).Payload));
        first.Dispose();
        (RawPeer second, _) = await broker.AcceptAsync(new ConnackPacket { ReceiveMaximum = 10, SessionPresent = sessionPresent });
        using RawPeer owned = second;
        string[] expected = ["0", "2", "3", "4"];
        foreach (string text in expected)
        {
            (ushort id, bool duplicate, _, byte[] payload) = await second.ExpectPublishAsync();
            Assert.Equal(text, Generators.Utf8(payload));
            Assert.Equal(sessionPresent && text != "4", duplicate);
            await second.SendAsync(new AckPacket(PacketType.Puback, id));
        }

        await Task.WhenAll(publishes).WaitAsync(Budget.Limit);
        Assert.Equal(3, client.Counters.PublishesResent);
    }

    [Fact]
    public async Task Publish_BrokerRefuses_Throws()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer peer, _) = await broker.AcceptAsync(new ConnackPacket { MaximumPacketSize = 200, RetainAvailable = false });
        using RawPeer owned = peer;
        await starting;
        Task refused = client.PublishAsync("t", "x");
        await peer.SendAsync(new AckPacket(PacketType.Puback, (await peer.ExpectPublishAsync()).PacketId, MqttReasonCode.NotAuthorized));
        MqttPublishException e = await Assert.ThrowsAsync<MqttPublishException>(() => refused);
        Assert.Equal(MqttReasonCode.NotAuthorized, e.ReasonCode);
        string large = new('x', 300);
        foreach (MqttQos qos in Enum.GetValues<MqttQos>())
        {
            e = await Assert.ThrowsAsync<MqttPublishException>(() => client.PublishAsync("t", large, qos));
            Assert.Equal(MqttReasonCode.PacketTooLarge, e.ReasonCode);
            e = await Assert.ThrowsAsync<MqttPublishException>(() => client.PublishAsync("t", "x", qos, retain: true));
            Assert.Equal(MqttReasonCode.RetainNotSupported, e.ReasonCode);
        }

        await Assert.ThrowsAsync<ArgumentException>(() => client.PublishAsync("t/+", "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => client.PublishAsync("t\ud800", "x"));
    }

    [Fact]
    public async Task Publish_WithoutConnection_Qos0FailsAndQos1Waits()
    {
        MqttClientOptions options = Clients.Options(1, "c");
        options.MaxPendingPublishes = 2;
        await using MqttConnection client = Clients.Make(options);
        await Assert.ThrowsAsync<MqttException>(() => client.PublishAsync("t", "x", MqttQos.AtMostOnce));
        using CancellationTokenSource cancel = new();
        Task first = client.PublishAsync(Clients.Text("t", "1"), cancel.Token).AsTask();
        Task second = client.PublishAsync(Clients.Text("t", "2"), default).AsTask();
        MqttPublishException e = await Assert.ThrowsAsync<MqttPublishException>(() => client.PublishAsync("t", "3"));
        Assert.Equal(MqttReasonCode.QuotaExceeded, e.ReasonCode);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Task third = client.PublishAsync("t", "3");
        await client.DisposeAsync();
        await Assert.ThrowsAsync<MqttException>(() => second);
        await Assert.ThrowsAsync<MqttException>(() => third);
        await Assert.ThrowsAsync<MqttException>(() => client.PublishAsync("t", "4"));
    }

    [Fact]
    public async Task Publish_WithdrawnWithoutConnection_IsNotKept()
    {
        await using MqttConnection client = Clients.Make(Clients.Options(1, "c"));
        Task kept = client.PublishAsync("t", "x");
        WeakReference[] payloads = new WeakReference[1000];
        for (int i = 0; i < payloads.Length; i++)
            payloads[i] = await WithdrawAsync(client);
        GC.Collect();
        Assert.InRange(payloads.Count(p => p.IsAlive), 0, payloads.Length / 4);
        Assert.False(kept.IsCompleted);
    }

    [Fact]
    public async Task Publish_WithdrawnAfterALinkThatTookNothing_IsNotSent()
    {
        PublishWindow window = new(10, 10, new PacketIds(), new MqttCounters());
        OutboundQueue ending = new(1000);
        ending.Close();
        window.Attach(new PublishSender(ending, 0), new BrokerLimits { ReceiveMaximum = 10 }, sessionPresent: false);
        using CancellationTokenSource cancel = new();
        Task withdrawn = window.PublishAsync(Clients.Text("t", "1"), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => withdrawn);
        OutboundQueue open = new(1000);
        window.Attach(new PublishSender(open, 0), new BrokerLimits { ReceiveMaximum = 10 }, sessionPresent: true);
        Assert.Equal(0, open.WaitingBytes);
    }

    [Fact]
    public async Task Publish_Withdrawn_IsNotSent()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        using CancellationTokenSource cancel = new();
        Task withdrawn = client.PublishAsync(Clients.Text("t", "1"), cancel.Token).AsTask();
        Task kept = client.PublishAsync("t", "2");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => withdrawn);
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer peer, _) = await broker.AcceptAsync(new ConnackPacket());
        using RawPeer owned = peer;
        await starting;
        (ushort id, _, _, byte[] payload) = await peer.ExpectPublishAsync();
        Assert.Equal("2", Generators.Utf8(payload));
        await peer.SendAsync(new AckPacket(PacketType.Puback, id));
        await kept.WaitAsync(Budget.Limit);
    }

    private static async Task<WeakReference> WithdrawAsync(MqttConnection client)
    {
        byte[] payload = new byte[10];
        using CancellationTokenSource cancel = new();
        Task publish = client.PublishAsync(new MqttMessage { Topic = "t", Payload = payload, Qos = MqttQos.AtLeastOnce }, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish);
        return new WeakReference(payload);
    }
}
