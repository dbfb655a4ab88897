namespace AnyEcg.Mqtt.Tests;

public sealed class SubscriptionTests
{
    [Fact]
    public async Task Subscribe_Refused_ThrowsAndIsForgotten()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { MaxSubscriptionsPerClient = 0 });
        await using MqttConnection client = await Clients.ConnectAsync(broker.Port, "c");
        MqttSubscribeException e = await Assert.ThrowsAsync<MqttSubscribeException>(() => client.SubscribeAsync("t"));
        Assert.Equal(MqttReasonCode.QuotaExceeded, e.ReasonCode);
        await Assert.ThrowsAsync<ArgumentException>(() => client.SubscribeAsync("a/#/b"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.SubscribeAsync([], Budget.Token));
    }

    [Fact]
    public async Task Reconnect_SessionLost_SendsAllFiltersAgain()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer first, _) = await broker.AcceptAsync(new ConnackPacket());
        await starting;
        Task subscribing = client.SubscribeAsync([new("a/#"), new("b", MqttQos.AtMostOnce)], Budget.Token);
        await GrantAsync(first, "a/#", "b");
        await subscribing;
        Task leaving = client.UnsubscribeAsync(["b"], Budget.Token);
        UnsubscribePacket unsubscribe = UnsubscribePacket.Parse(await first.ExpectAsync(PacketType.Unsubscribe), MqttVersion.V5);
        await first.SendAsync(new SubackPacket(PacketType.Unsuback, unsubscribe.PacketId, [MqttReasonCode.Success]));
        await leaving;
        Task unanswered = client.SubscribeAsync("c");
        await first.ExpectAsync(PacketType.Subscribe);
        first.Dispose();

        // Session kept: only what has no answer is sent again.
        (RawPeer second, _) = await broker.AcceptAsync(new ConnackPacket { SessionPresent = true });
        await GrantAsync(second, "c");
        await unanswered;
        second.Dispose();

        // Session lost, and the connection too before the broker could answer.
        (RawPeer third, _) = await broker.AcceptAsync(new ConnackPacket());
        Assert.Equal(2, SubscribePacket.Parse(await third.ExpectAsync(PacketType.Subscribe), MqttVersion.V5).Subscriptions.Count);
        third.Dispose();

        (RawPeer fourth, _) = await broker.AcceptAsync(new ConnackPacket { SessionPresent = true });
        await GrantAsync(fourth, "a/#", "c");
        fourth.Dispose();

        // Now all is well again: nothing to renew.
        (RawPeer fifth, _) = await broker.AcceptAsync(new ConnackPacket { SessionPresent = true });
        using RawPeer owned = fifth;
        Task publishing = client.PublishAsync("t", "x");
        await fifth.SendAsync(new AckPacket(PacketType.Puback, (await fifth.ExpectPublishAsync()).PacketId));
        await publishing;
    }

    [Fact]
    public async Task IsSubscribed_AfterALostSession_WaitsForTheRenewal()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer first, _) = await broker.AcceptAsync(new ConnackPacket());
        await starting;
        Task subscribing = client.SubscribeAsync("a");
        await GrantAsync(first, "a");
        await subscribing;
        Assert.True(client.IsSubscribed);
        first.Dispose();

        (RawPeer second, _) = await broker.AcceptAsync(new ConnackPacket());
        using RawPeer owned = second;
        await Budget.UntilAsync(() => client.State == MqttConnectionState.Connected && client.Counters.Connects == 2);
        Assert.False(client.IsSubscribed);
        await GrantAsync(second, "a");
        await Budget.UntilAsync(() => client.IsSubscribed);
    }

    [Fact]
    public async Task Reconnect_RenewalRefused_LeavesAndTriesAgain()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer first, _) = await broker.AcceptAsync(new ConnackPacket());
        await starting;
        Task subscribing = client.SubscribeAsync("a");
        await GrantAsync(first, "a");
        await subscribing;
        first.Dispose();
        (RawPeer second, _) = await broker.AcceptAsync(new ConnackPacket());
        SubscribePacket renewal = SubscribePacket.Parse(await second.ExpectAsync(PacketType.Subscribe), MqttVersion.V5);
        await second.SendAsync(new SubackPacket(PacketType.Suback, renewal.PacketId, [MqttReasonCode.NotAuthorized]));
        Assert.Null(await second.ReadAsync());
        second.Dispose();
        (RawPeer third, _) = await broker.AcceptAsync(new ConnackPacket { SessionPresent = true });
        using RawPeer owned = third;
        await GrantAsync(third, "a");
    }

    [Fact]
    public async Task Subscribe_AnswerDoesNotFit_ClosesWithAProtocolError()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer peer, _) = await broker.AcceptAsync(new ConnackPacket());
        using RawPeer owned = peer;
        await starting;
        Task pending = client.SubscribeAsync("a");
        SubscribePacket request = SubscribePacket.Parse(await peer.ExpectAsync(PacketType.Subscribe), MqttVersion.V5);
        await peer.SendAsync(new SubackPacket(PacketType.Suback, request.PacketId, [default, default]));
        await peer.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<MqttException>(() => pending);
        await Assert.ThrowsAsync<MqttException>(() => client.SubscribeAsync("a"));
    }

    [Fact]
    public async Task Subscribe_CancelledBeforeAConnection_IsNeverSent()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        using CancellationTokenSource cancel = new();
        Task waiting = client.SubscribeAsync([new("a")], cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Task kept = client.SubscribeAsync("b");
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer peer, _) = await broker.AcceptAsync(new ConnackPacket());
        using RawPeer owned = peer;
        await GrantAsync(peer, "b");
        await kept;
        await starting;
    }

    [Fact]
    public async Task Subscribe_Identifiers_ComeBackWithTheMessages()
    {
        using ScriptedBroker broker = new();
        RecordingReceiver receiver = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"), receiver);
        RawPeer first = await broker.ConnectAsync(client);
        Task subscribing = client.SubscribeAsync(
            [new("a", Identifier: 7), new("b"), new("c", MqttQos.ExactlyOnce, MqttRetainHandling.OnlyIfNew, true, true, 7)], Budget.Token);
        SubscribePacket seventh = await GrantAsync(first, "a", "c");
        Assert.Equal(new MqttSubscription("c", MqttQos.ExactlyOnce, MqttRetainHandling.OnlyIfNew, true, true, 7), seventh.Subscriptions[1]);
        Assert.Equal(0u, (await GrantAsync(first, "b")).Identifier);
        await subscribing;

        // Two of them on one message, with another property between.
        await first.SendAsync(Convert.FromHexString("3017" + "000161" + "12" + "0B07" + "26000161000162" + "0BFFFFFF7F" + "03000163" + "78"));
        Received got = await receiver.NextAsync();
        Assert.Equal([7u, VariableInteger.Maximum], got.SubscriptionIds);
        Assert.Equal(("c", new("a", "b")), (got.ContentType, Assert.Single(got.UserProperties)));
        await first.SendAsync(new OutgoingPublish(Clients.Text("b", "x", MqttQos.AtMostOnce), 0, false));
        Assert.Empty((await receiver.NextAsync()).SubscriptionIds);
        first.Dispose();

        (RawPeer second, _) = await broker.AcceptAsync(new ConnackPacket());
        using RawPeer owned = second;
        Assert.Equal(7u, (await GrantAsync(second, "a", "c")).Identifier);
        Assert.Equal(0u, (await GrantAsync(second, "b")).Identifier);
    }

    [Fact]
    public async Task Subscribe_WhatTheProtocolForbids_Throws()
    {
        await using MqttConnection client = Clients.Make(Clients.Options(1, "c"));
        MqttSubscription[] faults =
        [
            new("$share/g/t", NoLocal: true),
            new("$share/g"),
            new("$share//t"),
            new("$share/g+/t"),
            new("$share/g/#/t"),
            new("t", Identifier: VariableInteger.Maximum + 1),
            new("t", (MqttQos)3),
            new("t", RetainHandling: (MqttRetainHandling)3),
        ];
        foreach (MqttSubscription fault in faults)
            await Assert.ThrowsAnyAsync<ArgumentException>(() => client.SubscribeAsync([fault], Budget.Token));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.PublishAsync("t", "x", (MqttQos)3));
    }

    private static async Task<SubscribePacket> GrantAsync(RawPeer peer, params string[] filters)
    {
        SubscribePacket packet = SubscribePacket.Parse(await peer.ExpectAsync(PacketType.Subscribe), MqttVersion.V5);
        Assert.Equal(filters, packet.Subscriptions.Select(s => s.Filter));
        MqttReasonCode[] codes = [.. filters.Select(_ => MqttReasonCode.GrantedQos1)];
        await peer.SendAsync(new SubackPacket(PacketType.Suback, packet.PacketId, codes));
        return packet;
    }
}
