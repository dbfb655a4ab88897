namespace AnyEcg.Mqtt.Tests;

/// <summary>QoS 2, both ways.</summary>
public sealed class ExactlyOnceClientTests
{
    [Fact]
    public async Task Publish_FourPackets_CompletesAtThePubcomp()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        using RawPeer peer = await broker.ConnectAsync(client);
        Task publishing = client.PublishAsync("t", "x", MqttQos.ExactlyOnce);
        ushort id = (await peer.ExpectPublishAsync()).PacketId;
        await peer.SendAsync(new AckPacket(PacketType.Pubrec, id));
        Assert.Equal(new AckPacket(PacketType.Pubrel, id), await peer.ExpectAckAsync(PacketType.Pubrel));
        Assert.False(publishing.IsCompleted);
        await peer.SendAsync(new AckPacket(PacketType.Pubcomp, id));
        await publishing.WaitAsync(Budget.Limit);
        Assert.Equal(1, client.Counters.PublishesAcknowledged);
    }

    [Fact]
    public async Task Publish_CountsAgainstTheReceiveMaximumUntilThePubcomp()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        using RawPeer peer = await broker.ConnectAsync(client, new ConnackPacket { ReceiveMaximum = 1 });
        Task first = client.PublishAsync("t", "1", MqttQos.ExactlyOnce);
        Task second = client.PublishAsync("t", "2", MqttQos.ExactlyOnce);
        ushort id = (await peer.ExpectPublishAsync()).PacketId;
        await peer.SendAsync(new AckPacket(PacketType.Pubrec, id));
        await peer.ExpectAckAsync(PacketType.Pubrel);
        Assert.Equal(1, client.Counters.PublishesSent);
        await peer.SendAsync(new AckPacket(PacketType.Pubcomp, id));
        await first.WaitAsync(Budget.Limit);
        id = (await peer.ExpectPublishAsync()).PacketId;
        await peer.SendAsync(new AckPacket(PacketType.Pubrec, id, MqttReasonCode.QuotaExceeded, "full"));
        MqttPublishException e = await Assert.ThrowsAsync<MqttPublishException>(() => second.WaitAsync(Budget.Limit));
        Assert.Equal(MqttReasonCode.QuotaExceeded, e.ReasonCode);
        Assert.Contains("full", e.Message, StringComparison.Ordinal);

        // Its PUBREC ended the exchange: the id is free, and nothing was released.
        Task third = client.PublishAsync("t", "3");
        id = (await peer.ExpectPublishAsync()).PacketId;
        await peer.SendAsync(new AckPacket(PacketType.Puback, id));
        await third.WaitAsync(Budget.Limit);
    }

    [Fact]
    public async Task Reconnect_SessionPresent_TakesEachUpWhereItStood()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        RawPeer first = await broker.ConnectAsync(client);
        Task[] publishes = [.. Enumerable.Range(0, 4).Select(i => client.PublishAsync("t", $"{i}", MqttQos.ExactlyOnce))];
        ushort[] ids = new ushort[4];
        for (int i = 0; i < 4; i++)
            ids[i] = (await first.ExpectPublishAsync()).PacketId;
        await first.SendAsync(new AckPacket(PacketType.Pubrec, ids[2]));
        await first.ExpectAckAsync(PacketType.Pubrel);
        await first.SendAsync(new AckPacket(PacketType.Pubrec, ids[0]));
        await first.ExpectAckAsync(PacketType.Pubrel);
        first.Dispose();

        (RawPeer second, _) = await broker.AcceptAsync(new ConnackPacket { SessionPresent = true });
        using RawPeer owned = second;
        Assert.Equal(ids[2], (await second.ExpectAckAsync(PacketType.Pubrel)).PacketId);
        Assert.Equal(ids[0], (await second.ExpectAckAsync(PacketType.Pubrel)).PacketId);
        await second.SendAsync(new AckPacket(PacketType.Pubcomp, ids[2], MqttReasonCode.PacketIdentifierNotFound));
        await second.SendAsync(new AckPacket(PacketType.Pubcomp, ids[0]));
        foreach (int i in new[] { 1, 3 })
        {
            (ushort id, bool duplicate, _, byte[] payload) = await second.ExpectPublishAsync();
            Assert.Equal((ids[i], true, $"{i}"), (id, duplicate, Generators.Utf8(payload)));
        }

        foreach (int i in new[] { 1, 3 })
        {
            await second.SendAsync(new AckPacket(PacketType.Pubrec, ids[i]));
            await second.ExpectAckAsync(PacketType.Pubrel);
            await second.SendAsync(new AckPacket(PacketType.Pubcomp, ids[i]));
        }

        await Task.WhenAll(publishes).WaitAsync(Budget.Limit);
        Assert.Equal(4, client.Counters.PublishesResent);
    }

    [Fact]
    public async Task Reconnect_SessionLost_SendsAllAnew()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        RawPeer first = await broker.ConnectAsync(client);
        Task publishing = client.PublishAsync("t", "x", MqttQos.ExactlyOnce);
        await first.SendAsync(new AckPacket(PacketType.Pubrec, (await first.ExpectPublishAsync()).PacketId));
        await first.ExpectAckAsync(PacketType.Pubrel);
        first.Dispose();
        (RawPeer second, _) = await broker.AcceptAsync(new ConnackPacket());
        using RawPeer owned = second;
        (ushort id, bool duplicate, _, _) = await second.ExpectPublishAsync();
        Assert.False(duplicate);
        await second.SendAsync(new AckPacket(PacketType.Pubrec, id));
        await second.ExpectAckAsync(PacketType.Pubrel);
        await second.SendAsync(new AckPacket(PacketType.Pubcomp, id));
        await publishing.WaitAsync(Budget.Limit);
    }

    [Fact]
    public async Task Pubrec_Unknown_IsReleasedAsNotFound()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        using RawPeer peer = await broker.ConnectAsync(client);
        await peer.SendAsync(new AckPacket(PacketType.Pubrec, 77));
        Assert.Equal(
            new AckPacket(PacketType.Pubrel, 77, MqttReasonCode.PacketIdentifierNotFound), await peer.ExpectAckAsync(PacketType.Pubrel));
        await peer.SendAsync(new AckPacket(PacketType.Pubcomp, 77));
        await peer.SendAsync(new AckPacket(PacketType.Puback, 78));
        await Budget.UntilAsync(() => client.Counters.AcksUnknown == 3);
    }

    [Theory]
    [InlineData(MqttQos.AtLeastOnce, 0x50)]
    [InlineData(MqttQos.AtLeastOnce, 0x70)]
    [InlineData(MqttQos.ExactlyOnce, 0x40)]
    [InlineData(MqttQos.ExactlyOnce, 0x70)]
    public async Task Publish_AcknowledgedByTheWrongPacket_IsAProtocolError(MqttQos qos, byte header)
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        using RawPeer peer = await broker.ConnectAsync(client);
        Task publishing = client.PublishAsync("t", "x", qos);
        ushort id = (await peer.ExpectPublishAsync()).PacketId;
        await peer.SendAsync(header, 2, (byte)(id >> 8), (byte)id);
        await peer.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<MqttException>(() => publishing);
    }

    [Fact]
    public async Task Receive_Repeats_AreAcknowledgedAndDeliveredOnce()
    {
        using ScriptedBroker broker = new();
        RecordingReceiver receiver = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"), receiver);
        using RawPeer peer = await broker.ConnectAsync(client);
        await peer.SendAsync(Publish(7, "a"));
        Received got = await receiver.NextAsync();
        await peer.SendAsync(Publish(7, "a", duplicate: true));
        await Budget.UntilAsync(() => client.Counters.RepeatsSuppressed == 1);
        client.Acknowledge(got.Ack);
        await peer.ExpectAckAsync(PacketType.Pubrec);
        await peer.ExpectAckAsync(PacketType.Pubrec);
        await peer.SendAsync(Publish(7, "a", duplicate: true));
        await peer.ExpectAckAsync(PacketType.Pubrec);
        await ReleaseAsync(peer, 7, MqttReasonCode.Success);

        // Released: the same id is now another message. The used token has no effect on it.
        await peer.SendAsync(Publish(7, "b"));
        Assert.Equal("b", (await receiver.NextAsync()).Text);
        client.Acknowledge(got.Ack);
        Assert.Equal(1, client.Counters.AcksIgnored);
        await ReleaseAsync(peer, 8, MqttReasonCode.PacketIdentifierNotFound);
        Assert.Equal(0, receiver.Count);
    }

    [Fact]
    public async Task Receive_RejectedMessage_EndsWithItsPubrec()
    {
        using ScriptedBroker broker = new();
        RecordingReceiver receiver = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"), receiver);
        using RawPeer peer = await broker.ConnectAsync(client);
        await peer.SendAsync(Publish(7, "a"));
        client.Acknowledge((await receiver.NextAsync()).Ack, MqttReasonCode.PayloadFormatInvalid);
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, (await peer.ExpectAckAsync(PacketType.Pubrec)).ReasonCode);
        await peer.SendAsync(Publish(7, "b"));
        Assert.Equal("b", (await receiver.NextAsync()).Text);
    }

    [Fact]
    public async Task Receive_MixedLevels_AreAcknowledgedInOrderOfReceipt()
    {
        using ScriptedBroker broker = new();
        RecordingReceiver receiver = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"), receiver);
        using RawPeer peer = await broker.ConnectAsync(client);
        await peer.SendAsync(Publish(1, "a"));
        await peer.SendAsync(new OutgoingPublish(Clients.Text("t", "b"), 2, false));
        await peer.SendAsync(Publish(3, "c"));
        List<Received> got = await receiver.TakeAsync(3);
        foreach (Received message in got.AsEnumerable().Reverse())
            client.Acknowledge(message.Ack);
        Assert.Equal(1, (await peer.ExpectAckAsync(PacketType.Pubrec)).PacketId);
        Assert.Equal(2, (await peer.ExpectAckAsync(PacketType.Puback)).PacketId);
        Assert.Equal(3, (await peer.ExpectAckAsync(PacketType.Pubrec)).PacketId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reconnect_MessageNotReleased_ComesAgainOnlyWhereTheSessionIsLost(bool sessionPresent)
    {
        using ScriptedBroker broker = new();
        RecordingReceiver receiver = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"), receiver);
        RawPeer first = await broker.ConnectAsync(client);
        await first.SendAsync(Publish(5, "acknowledged"));
        await first.SendAsync(Publish(6, "held"));
        List<Received> got = await receiver.TakeAsync(2);
        client.Acknowledge(got[0].Ack);
        await first.ExpectAckAsync(PacketType.Pubrec);
        first.Dispose();

        (RawPeer second, _) = await broker.AcceptAsync(new ConnackPacket { SessionPresent = sessionPresent });
        using RawPeer owned = second;
        await second.SendAsync(Publish(5, "acknowledged", sessionPresent));
        await second.SendAsync(Publish(6, "held", sessionPresent));
        if (!sessionPresent)
        {
            Assert.Equal(["acknowledged", "held"], (await receiver.TakeAsync(2)).Select(m => m.Text));
            return;
        }

        // The token of the first connection still speaks for the message.
        await second.ExpectAckAsync(PacketType.Pubrec);
        client.Acknowledge(got[1].Ack);
        Assert.Equal(6, (await second.ExpectAckAsync(PacketType.Pubrec)).PacketId);
        await ReleaseAsync(second, 5, MqttReasonCode.Success);
        await ReleaseAsync(second, 6, MqttReasonCode.Success);
        Assert.Equal(0, receiver.Count);
        Assert.Equal(2, client.Counters.RepeatsSuppressed);
    }

    [Fact]
    public async Task Acknowledge_BetweenConnections_IsSentOnTheNext()
    {
        using ScriptedBroker broker = new();
        RecordingReceiver receiver = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"), receiver);
        RawPeer first = await broker.ConnectAsync(client);
        await first.SendAsync(Publish(6, "held"));
        Received got = await receiver.NextAsync();
        first.Dispose();
        await Budget.UntilAsync(() => client.State != MqttConnectionState.Connected);
        client.Acknowledge(got.Ack);
        Assert.Equal(0, client.Counters.AcksIgnored);
        (RawPeer second, _) = await broker.AcceptAsync(new ConnackPacket { SessionPresent = true });
        using RawPeer owned = second;
        await second.SendAsync(Publish(6, "held", duplicate: true));
        Assert.Equal(6, (await second.ExpectAckAsync(PacketType.Pubrec)).PacketId);
    }

    [Fact]
    public async Task Acknowledge_WithAReasonOfAnotherPacket_Throws()
    {
        await using MqttConnection client = Clients.Make(Clients.Options(1, "c"));
        Assert.Throws<ArgumentException>(() => client.Acknowledge(new MqttAckToken(1, 0), MqttReasonCode.PacketTooLarge));
        Assert.Throws<ArgumentException>(() => client.Acknowledge(new MqttAckToken(1, 0), MqttReasonCode.NoMatchingSubscribers));
    }

    [Fact]
    public async Task Pubrel_BeforeThePubrec_IsAProtocolError()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        using RawPeer peer = await broker.ConnectAsync(client);
        await peer.SendAsync(Publish(6, "held"));
        await peer.SendAsync(new AckPacket(PacketType.Pubrel, 6));
        await peer.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
    }

    private static OutgoingPublish Publish(ushort id, string text, bool duplicate = false) =>
        new(Clients.Text("t", text, MqttQos.ExactlyOnce), id, duplicate);

    private static async Task ReleaseAsync(RawPeer peer, ushort id, MqttReasonCode reason)
    {
        await peer.SendAsync(new AckPacket(PacketType.Pubrel, id));
        Assert.Equal(new AckPacket(PacketType.Pubcomp, id, reason), await peer.ExpectAckAsync(PacketType.Pubcomp));
    }
}
