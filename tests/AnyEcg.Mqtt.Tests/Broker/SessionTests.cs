namespace AnyEcg.Mqtt.Tests;

public sealed class SessionTests
{
    [Fact]
    public async Task Connect_NeverComes_IsClosedAndCounted()
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        using RawPeer peer = await RawPeer.ConnectAsync(broker.Port);
        await Budget.UntilAsync(() => broker.Core.Links().Length == 1);
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(await peer.ReadAsync());
        Assert.Equal(1, broker.Counters.HandshakesFailed);
    }

    [Fact]
    public async Task Connect_MaximumPacketSizeBelowTheConnack_EndsTheConnection()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer peer = await RawPeer.ConnectAsync(broker.Port);
        await peer.SendAsync(new ConnectPacket { ClientId = "c", MaximumPacketSize = 4 });
        Assert.Null(await peer.ReadAsync());
    }

    [Fact]
    public async Task Offline_Qos1_IsKeptInOrderAndRedeliveredWithDup()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver receiver = await OfflineAsync(broker.Port);
        Assert.Equal(0, receiver.Count);
    }

    [MosquittoFact]
    public async Task Offline_Qos1ThroughMosquitto_IsKeptInOrderAndRedeliveredWithDup()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync(Budget.Token);
        await OfflineAsync(server.Port);
    }

    /// <summary>What is left in the receiver at the end is beyond the promise of QoS 1: whether there is any, only our own broker has to answer for.</summary>
    private static async Task<RecordingReceiver> OfflineAsync(int port)
    {
        RecordingReceiver receiver = new();
        await using MqttConnection publisher = await Clients.ConnectAsync(port, "p");
        MqttAckToken stale;
        await using (MqttConnection first = await Clients.ConnectAsync(port, "worker", receiver))
        {
            await first.SubscribeAsync("t");
            await publisher.PublishAsync("t", "acknowledged");
            await publisher.PublishAsync("t", "seen");
            first.Acknowledge((await receiver.NextAsync()).Ack);
            stale = (await receiver.NextAsync()).Ack;
            await first.StopAsync(keepSession: true, Budget.Token);
        }

        for (int i = 0; i < 20; i++)
            await publisher.PublishAsync("t", $"{i}");
        await publisher.PublishAsync("t", "not kept", MqttQos.AtMostOnce);

        // Confirmed: the broker has seen what was sent before it, and nothing of it comes to a session that is back.
        await publisher.PublishAsync("elsewhere", "");
        await using MqttConnection second = Clients.Make(Clients.Options(port, "worker"), receiver);
        bool? present = null;
        second.StateChanged += change => present ??= change.SessionPresent;
        await second.StartAsync(Budget.Token);
        List<Received> got = await receiver.TakeAsync(15);
        Assert.True(present);
        Assert.Equal(["seen", .. Enumerable.Range(0, 14).Select(i => $"{i}")], got.Select(m => m.Text));
        Assert.True(got[0].Duplicate);
        Assert.All(got.Skip(1), m => Assert.False(m.Duplicate));
        foreach (Received message in got.AsEnumerable().Reverse())
            second.Acknowledge(message.Ack);
        second.Acknowledge(got[3].Ack);
        second.Acknowledge(stale with { Connection = 17 });
        Assert.Equal(2, second.Counters.AcksIgnored);
        Assert.Equal(15, second.Counters.AcksSent);
        Assert.Equal(["14", "15", "16", "17", "18", "19"], (await receiver.TakeAsync(6)).Select(m => m.Text));
        return receiver;
    }

    [Fact]
    public async Task Stop_WithoutKeepingTheSession_EndsIt()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using (MqttConnection client = await Clients.ConnectAsync(broker.Port, "c"))
        {
            await client.SubscribeAsync("t");
            Assert.Equal(1, broker.SessionCount);
            await client.StopAsync(keepSession: false, Budget.Token);
        }

        await Budget.UntilAsync(() => broker.SessionCount == 0);
    }

    [Fact]
    public async Task CleanStart_OldSession_IsDiscardedOnceOnly()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using (MqttConnection old = await Clients.ConnectAsync(broker.Port, "c"))
        {
            await old.SubscribeAsync("t");
            await old.StopAsync(keepSession: true, Budget.Token);
        }

        MqttClientOptions options = Clients.Options(broker.Port, "c");
        options.CleanStart = true;
        List<bool> present = [];
        await using MqttConnection fresh = Clients.Make(options);
        fresh.StateChanged += change =>
        {
            if (change.State == MqttConnectionState.Connected)
                present.Add(change.SessionPresent);
        };
        await fresh.StartAsync(Budget.Token);
        foreach (BrokerLink link in broker.Core.Links())
            link.Abort("a cut cable");
        await Budget.UntilAsync(() => fresh.Counters.Connects == 2);
        Assert.Equal([false, true], present);
    }

    [Fact]
    public async Task Connect_SameClientId_TakesTheSessionOver()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        ConnectPacket connect = new() { ClientId = "c", SessionExpiry = 100 };
        using RawPeer first = await RawPeer.LogInAsync(broker.Port, connect);
        using RawPeer second = await RawPeer.LogInAsync(broker.Port, connect);
        await first.ExpectDisconnectAsync(MqttReasonCode.SessionTakenOver);
        await second.SendAsync(new PingPacket(PacketType.Pingreq));
        await second.ExpectAsync(PacketType.Pingresp);
        Assert.Equal(1, broker.SessionCount);
    }

    [Fact]
    public async Task Connect_NoClientId_GetsOneAssigned()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { KeepAlive = TimeSpan.FromSeconds(77) });
        using RawPeer peer = await RawPeer.ConnectAsync(broker.Port);
        await peer.SendAsync(new ConnectPacket { SessionExpiry = uint.MaxValue });
        ConnackPacket connack = ConnackPacket.Parse(await peer.ExpectAsync(PacketType.Connack), MqttVersion.V5);
        Assert.NotNull(connack.AssignedClientId);
        Assert.Equal((ushort)77, connack.ServerKeepAlive);
        Assert.Equal(86_400u, connack.SessionExpiry);
        Assert.Equal(2, connack.MaximumQos);
        await using MqttConnection client = await Clients.ConnectAsync(broker.Port);
        foreach (BrokerLink link in broker.Core.Links())
            link.Abort("a cut cable");
        await Budget.UntilAsync(() => client.Counters.Connects == 2);
        Assert.Equal(2, broker.SessionCount);
    }

    [Fact]
    public async Task Session_Expired_IsForgottenWithItsSubscriptions()
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        using (RawPeer peer = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "c", SessionExpiry = 60 }))
        {
            await peer.SendAsync(new SubscribePacket(1, [new("t")]));
            await peer.ExpectAsync(PacketType.Suback);
        }

        await Budget.UntilAsync(() => broker.Core.Links().Length == 0);
        using RawPeer publisher = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "p", SessionExpiry = 0 });
        await publisher.SendAsync(new OutgoingPublish(Clients.Text("t", "kept"), 1, false));
        Assert.Equal(MqttReasonCode.Success, AckPacket.Parse(PacketType.Puback, await publisher.ExpectAsync(PacketType.Puback), MqttVersion.V5).ReasonCode);
        Assert.Equal(1, broker.PendingOf("c"));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(2, broker.SessionCount);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, broker.SessionCount);
        Assert.Equal(1, broker.Counters.DroppedSessionEnded);
        await publisher.SendAsync(new OutgoingPublish(Clients.Text("t", "unheard"), 2, false));
        AckPacket puback = AckPacket.Parse(PacketType.Puback, await publisher.ExpectAsync(PacketType.Puback), MqttVersion.V5);
        Assert.Equal(MqttReasonCode.NoMatchingSubscribers, puback.ReasonCode);
    }

    [Fact]
    public async Task Queue_OfflineSession_DropsTheNewestAndCounts()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { MaxQueuedPerClient = 5 });
        RecordingReceiver receiver = new();
        await using MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "p");
        await using (MqttConnection away = await Clients.ConnectAsync(broker.Port, "c"))
        {
            await away.SubscribeAsync("t");
            await away.StopAsync(keepSession: true, Budget.Token);
        }

        for (int i = 0; i < 9; i++)
            await publisher.PublishAsync("t", $"{i}");
        await publisher.PublishAsync("t", "x", MqttQos.AtMostOnce);
        await Budget.UntilAsync(() => broker.Counters.DroppedOffline == 1);
        Assert.Equal(4, broker.Counters.DroppedQueueFull);
        Assert.Equal(10, broker.Counters.DeliveriesMatched);
        await using MqttConnection back = await Clients.ConnectAsync(broker.Port, "c", receiver);
        Assert.Equal(["0", "1", "2", "3", "4"], (await receiver.TakeAsync(5)).Select(m => m.Text));
        Assert.Equal(5, broker.Counters.DeliveriesSent);
    }

    [Fact]
    public async Task Queue_ClientNeverAcknowledges_HoldsNoMoreThanItsBytes()
    {
        EmbeddedBrokerOptions options = new() { MaxQueuedBytesPerClient = 10_500 };
        await using EmbeddedBroker broker = await Clients.BrokerAsync(options);
        using RawPeer silent = await QosTwoTests.SubscribeAsync(broker.Port, new ConnectPacket { ClientId = "silent" });
        await using MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "p");
        for (int i = 0; i < 20; i++)
            await publisher.PublishAsync("t", new string('x', 1000), i % 2 == 0 ? MqttQos.AtLeastOnce : MqttQos.ExactlyOnce);
        Assert.Equal((10, 10L), (broker.PendingOf("silent"), broker.Counters.DroppedQueueFull));
        for (int i = 0; i < 10; i++)
        {
            (ushort id, _, _, _) = await silent.ExpectPublishAsync();
            await silent.SendAsync(new AckPacket(i % 2 == 0 ? PacketType.Puback : PacketType.Pubrec, id));
        }

        for (int i = 0; i < 5; i++)
            await silent.ExpectAckAsync(PacketType.Pubrel);
        for (int i = 0; i < 10; i++)
            await publisher.PublishAsync("t", new string('x', 1000));
        Assert.Equal((15, 10L), (broker.PendingOf("silent"), broker.Counters.DroppedQueueFull));
    }

    [Fact]
    public async Task Queue_MessageExpires_IsNotDelivered()
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        ConnectPacket connect = new() { ClientId = "c", SessionExpiry = 1000 };
        using (RawPeer peer = await RawPeer.LogInAsync(broker.Port, connect))
        {
            await peer.SendAsync(new SubscribePacket(1, [new("t")]));
            await peer.ExpectAsync(PacketType.Suback);
        }

        await Budget.UntilAsync(() => broker.Core.Links().Length == 0);
        using RawPeer publisher = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "p" });
        MqttMessage message = Clients.Text("t", "short") with
        {
            MessageExpiry = TimeSpan.FromSeconds(10),
            ContentType = "x/y",
            UserProperties = [new("k", "v")],
        };
        await publisher.SendAsync(new OutgoingPublish(message, 1, false));
        await publisher.SendAsync(new OutgoingPublish(message with { MessageExpiry = TimeSpan.FromSeconds(100) }, 2, false));
        await publisher.ExpectAsync(PacketType.Puback);
        await publisher.ExpectAsync(PacketType.Puback);
        time.Advance(TimeSpan.FromSeconds(30));
        using RawPeer back = await RawPeer.LogInAsync(broker.Port, connect);
        (byte Header, byte[] Body)? packet = await back.ReadAsync();
        PublishPacket got = PublishPacket.Parse(packet!.Value.Header, packet.Value.Body, MqttVersion.V5);
        Assert.Equal(70u, got.MessageExpiry);
        Assert.Equal("x/y", Generators.Utf8(got.ContentType));
        Assert.True(new MqttUserProperties(got.Properties).TryGet("k"u8, out ReadOnlySpan<byte> value));
        Assert.Equal("v", Generators.Utf8(value));
        Assert.False(new MqttUserProperties(got.Properties).TryGet("l"u8, out _));
        Assert.Equal(1, broker.Counters.DroppedExpired);
    }
}
