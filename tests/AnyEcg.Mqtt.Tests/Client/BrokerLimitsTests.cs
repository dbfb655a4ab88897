namespace AnyEcg.Mqtt.Tests;

/// <summary>What the broker announces in its CONNACK is honoured.</summary>
public sealed class BrokerLimitsTests
{
    [Fact]
    public async Task Publish_LevelAboveTheMaximum_IsRefusedHere()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        using RawPeer peer = await broker.ConnectAsync(client, new ConnackPacket { MaximumQos = 1 });
        MqttPublishException e =
            await Assert.ThrowsAsync<MqttPublishException>(() => client.PublishAsync("t", "x", MqttQos.ExactlyOnce));
        Assert.Equal(MqttReasonCode.QosNotSupported, e.ReasonCode);
        Task allowed = client.PublishAsync("t", "x");
        await peer.SendAsync(new AckPacket(PacketType.Puback, (await peer.ExpectPublishAsync()).PacketId));
        await allowed.WaitAsync(Budget.Limit);
    }

    [Theory]
    [InlineData("a/+", 0, MqttReasonCode.WildcardSubscriptionsNotSupported)]
    [InlineData("$share/g/a", 0, MqttReasonCode.SharedSubscriptionsNotSupported)]
    [InlineData("a", 7, MqttReasonCode.SubscriptionIdentifiersNotSupported)]
    public async Task Subscribe_NotOffered_IsRefusedHere(string filter, uint identifier, MqttReasonCode reason)
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        using RawPeer peer = await broker.ConnectAsync(client, new ConnackPacket
        {
            WildcardSubscriptionsAvailable = false,
            SharedSubscriptionsAvailable = false,
            SubscriptionIdentifiersAvailable = false,
        });
        MqttSubscription wanted = new(filter, Identifier: identifier);
        MqttSubscribeException e =
            await Assert.ThrowsAsync<MqttSubscribeException>(() => client.SubscribeAsync([wanted], Budget.Token));
        Assert.Equal(reason, e.ReasonCode);
        Task allowed = client.SubscribeAsync("a");
        SubscribePacket subscribe = SubscribePacket.Parse(await peer.ExpectAsync(PacketType.Subscribe), MqttVersion.V5);
        await peer.SendAsync(new SubackPacket(PacketType.Suback, subscribe.PacketId, [MqttReasonCode.GrantedQos1]));
        await allowed.WaitAsync(Budget.Limit);
    }

    [Fact]
    public async Task Connect_AllThatTheBrokerAssigns_IsKept()
    {
        using ScriptedBroker broker = new();
        MqttClientOptions options = Clients.Options(broker.Port);
        options.RequestResponseInformation = true;
        await using MqttConnection client = Clients.Make(options);
        MqttConnectionChange connected = default;
        client.StateChanged += change => connected = change.State == MqttConnectionState.Connected ? change : connected;
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer first, ConnectPacket connect) = await broker.AcceptAsync(
            new ConnackPacket { AssignedClientId = "given", SessionExpiry = 60, ResponseInformation = "answers" });
        Assert.Equal(("", true), (connect.ClientId, connect.RequestResponseInformation));
        await starting;
        first.Dispose();
        Assert.Equal((MqttVersion.V5, TimeSpan.FromSeconds(60), "answers"), (connected.Version, connected.SessionExpiry, connected.ResponseInformation));
        (RawPeer second, connect) = await broker.AcceptAsync(new ConnackPacket());
        second.Dispose();
        Assert.Equal("given", connect.ClientId);
    }

    [Fact]
    public async Task Connect_WillAndItsProperties_AreAllSent()
    {
        using ScriptedBroker broker = new();
        MqttClientOptions options = Clients.Options(broker.Port, "c");
        options.WillDelay = TimeSpan.FromSeconds(5);
        options.Will = Clients.Text("w", "gone", MqttQos.ExactlyOnce, retain: true) with
        {
            ContentType = "text/plain",
            ResponseTopic = "r",
            CorrelationData = new byte[] { 1 },
            PayloadIsUtf8 = true,
            MessageExpiry = TimeSpan.FromSeconds(9),
            UserProperties = [new("k", "v")],
        };
        await using MqttConnection client = Clients.Make(options);
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer peer, ConnectPacket connect) = await broker.AcceptAsync(new ConnackPacket());
        using RawPeer owned = peer;
        await starting;
        Assert.Equal(5u, connect.WillDelay);
        Assert.Equal("gone", Generators.Utf8(connect.Will!.Payload.Span));
        Assert.Equal(options.Will.UserProperties, connect.Will.UserProperties);
        MqttMessage Plain(MqttMessage m) => m with { Payload = default, CorrelationData = default, UserProperties = [] };
        Assert.Equal(Plain(options.Will) with { UserProperties = connect.Will.UserProperties }, Plain(connect.Will) with { UserProperties = connect.Will.UserProperties });
    }

    [Fact]
    public async Task Connect_SessionPresentAfterACleanStart_IsAProtocolError()
    {
        using ScriptedBroker broker = new();
        MqttClientOptions options = Clients.Options(broker.Port, "c");
        options.CleanStart = true;
        await using MqttConnection client = Clients.Make(options);
        using CancellationTokenSource cancel = new();
        Task starting = client.StartAsync(cancel.Token);
        (RawPeer peer, ConnectPacket connect) = await broker.AcceptAsync(new ConnackPacket { SessionPresent = true });
        using RawPeer owned = peer;
        Assert.True(connect.CleanStart);
        await peer.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
    }

    [Theory]
    [InlineData("F0 00", true)]
    [InlineData("F0 06 18 04 15 00 01 6D", true)]
    [InlineData("F0 06 18 04 15 00 01 6D", false)]
    [InlineData("20 07 00 00 04 15 00 01 6D", false)] // a CONNACK with a method that nobody asked for
    [InlineData("E0 07 00 05 11 00 00 00 00", true)] // a session expiry from a broker
    [InlineData("D0 01 00", true, MqttReasonCode.MalformedPacket)]
    public async Task Receive_WhatABrokerMustNotSend_IsTold(string hex, bool connected, MqttReasonCode reason = MqttReasonCode.ProtocolError)
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        using CancellationTokenSource cancel = new();
        Task starting = client.StartAsync(cancel.Token);
        using RawPeer peer = await broker.AcceptAsync();
        await peer.ExpectAsync(PacketType.Connect);
        if (connected)
            await peer.SendAsync(new ConnackPacket());
        await peer.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        await peer.ExpectDisconnectAsync(reason);
        Assert.Equal(1, client.Counters.ProtocolErrors);
        await cancel.CancelAsync();
        await starting.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task Connect_BrokerWantsEnhancedAuthentication_SaysSo()
    {
        using ScriptedBroker broker = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        TaskCompletionSource<MqttConnectionChange> change = new();
        client.StateChanged += c => change.TrySetResult(c);
        using CancellationTokenSource cancel = new();
        Task starting = client.StartAsync(cancel.Token);
        (RawPeer peer, _) = await broker.AcceptAsync(
            new ConnackPacket { ReasonCode = MqttReasonCode.BadAuthenticationMethod, ReasonString = "only SCRAM" });
        using RawPeer owned = peer;
        MqttConnectionChange refused = await change.Task.WaitAsync(Budget.Limit);
        Assert.Equal(MqttReasonCode.BadAuthenticationMethod, refused.ReasonCode);
        Assert.Contains("only SCRAM", refused.Reason, StringComparison.Ordinal);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
    }

    [Fact]
    public async Task Password_AfterARefusal_StandsInNoLogAndNoText()
    {
        const string secret = "s3cret-passphrase";
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { Authenticate = (_, _, _) => false });
        MqttClientOptions options = Clients.Options(broker.Port, "c");
        (options.UserName, options.Password) = ("u", secret);
        System.Collections.Concurrent.ConcurrentQueue<string> log = new();
        await using MqttConnection client = new(options, new RecordingReceiver(), TimeProvider.System, log.Enqueue);
        using CancellationTokenSource cancel = new();
        Task starting = client.StartAsync(cancel.Token);
        await Budget.UntilAsync(() => client.Counters.ConnectFailures >= 2);
        await cancel.CancelAsync();
        OperationCanceledException e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        options.Password = secret + "\0";
        string[] texts =
        [
            .. log,
            e.ToString(),
            Assert.ThrowsAny<ArgumentException>(() => Clients.Make(options)).ToString(),
            new ConnectPacket { Password = secret }.ToString(),
        ];
        Assert.All(texts, text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        Assert.True(texts.Length > 4);
    }
}
