namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>MQTT 5.0, sections 3.1.2, 3.2.2 and 4.1: what is kept from one connection to the next.</summary>
[Collection(BrokerCollection.Name)]
public sealed class SessionClauseTests(BrokerFixture brokers)
{
    [Theory, Clause("3.1.2-4")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_2_4_CleanStartForgets(BrokerKind broker)
    {
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        foreach (bool clean in new[] { false, true })
        {
            MqttClientOptions options = Clients.Options(tap.Port, "forgetful");
            options.CleanStart = clean;
            await using MqttConnection client = await Clients.ConnectAsync(options);
            if (!clean)
                await client.SubscribeAsync("f");
            await client.StopAsync(keepSession: true, Budget.Token);
        }

        Assert.Equal([false, true], tap.Tape.WellFormed<WireConnect>().Select(connect => connect.Clean));
        Assert.False(tap.Tape.Received<WireConnack>()[1].SessionPresent);
        Assert.Single(tap.Tape.Sent<WireSubscribe>());
    }

    [Theory, Clause("3.1.2-23")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_2_23_SessionOutlivesTheConnection(BrokerKind broker)
    {
        Tape tape = await brokers.ResumeAsync(broker);
        List<WireConnect> connects = tape.WellFormed<WireConnect>(connect => connect.ClientId == ResumeScenario.Client);
        Assert.All(connects, connect => Assert.Equal((false, 300), (connect.Clean, connect.Number(WireProperties.SessionExpiry))));
        Assert.True(tape.Received<WireConnack>()[^1].SessionPresent);
        Assert.Single(tape.Sent<WireSubscribe>());
        Assert.Contains(tape.SentOn<WirePublish>(tape.ConnectionsOf(ResumeScenario.Client)[1]), publish => publish.Duplicate);
    }

    [Theory, Clause("3.1.3-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_3_2_TheIdNamesTheSession(BrokerKind broker)
    {
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        await using MqttConnection client = await Clients.ConnectAsync(tap.Port);
        tap.Cut();
        await client.PublishAsync("t", "x");
        string? assigned = tap.Tape.Received<WireConnack>()[0].Text(WireProperties.AssignedClientId);
        Assert.False(string.IsNullOrEmpty(assigned));
        Assert.Equal(["", assigned], tap.Tape.WellFormed<WireConnect>().Select(connect => connect.ClientId));
        Assert.True(tap.Tape.Received<WireConnack>()[1].SessionPresent);
    }

    [Theory, Clause("3.2.2-4")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_3_2_2_4_UnknownSessionEndsTheConnection(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        using ScriptedListener listener = new();
        MqttClientOptions options = Clients.Options(listener.Port);
        options.CleanStart = true;
        await using MqttConnection client = Clients.Make(options);
        Task starting = client.StartAsync(Budget.Token);
        (WirePeer peer, WireConnect connect) = await listener.AcceptAsync(new WireConnack(0, SessionPresent: true));
        using (peer)
        {
            Assert.True(connect.Clean);
            Assert.Equal(0x82, Assert.IsType<WireDisconnect>(Assert.Single(await peer.ToEndAsync())).Reason);
        }

        (WirePeer next, _) = await listener.AcceptAsync(new WireConnack(0));
        using (next)
            await starting;
    }

    [Theory, Clause("3.2.2-5")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_3_2_2_5_LostSessionIsForgotten(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync();
        Task publishing = setup.Client.PublishAsync("t", "out", MqttQos.ExactlyOnce);
        WirePublish sent = await setup.ExpectPublishAsync();
        await setup.Peer.SendAsync(new WirePublish("t", [1], 2, 9));
        await setup.Peer.SkipToAsync<WireAck>();
        await setup.Peer.SendAsync(new WireAck(WireType.Pubrec, sent.Id));
        await setup.Peer.SkipToAsync<WireAck>(ack => ack.Type == WireType.Pubrel);

        await setup.ReconnectAsync(new WireConnack(0, SessionPresent: false));
        WirePublish again = await setup.ExpectPublishAsync();
        Assert.Equal(("out", false), (again.PayloadText, again.Duplicate));
        await setup.Peer.SendAsync(new WirePublish("t", [2], 2, 9));
        await setup.Receiver.HasAsync(message => message.Payload[0] == 2);
        await setup.Peer.SendAsync(new WireAck(WireType.Pubrec, again.Id));
        await setup.Peer.SendAsync(new WireAck(WireType.Pubcomp, again.Id));
        await publishing;
    }

    [Theory, Clause("4.1.0-1")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_4_1_0_1_StateIsKeptWhileConnected(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync();
        for (int i = 0; i < 3; i++)
        {
            await setup.Peer.SendAsync(new WirePublish("t", [1], 2, 5) { Duplicate = i > 0 });
            Assert.Equal((WireType.Pubrec, 5), await NextAckAsync(setup));
        }

        Assert.Single(setup.Receiver.Messages);
    }

    [Theory, Clause("4.4.0-2")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_4_4_0_2_RefusedPublishIsNotRepeated(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync();
        foreach (MqttQos qos in new[] { MqttQos.AtLeastOnce, MqttQos.ExactlyOnce })
        {
            Task refused = setup.Client.PublishAsync("t", "no", qos);
            WirePublish publish = await setup.ExpectPublishAsync();
            await setup.Peer.SendAsync(new WireAck(qos == MqttQos.AtLeastOnce ? WireType.Puback : WireType.Pubrec, publish.Id, 0x87));
            Assert.Equal(MqttReasonCode.NotAuthorized, (await Assert.ThrowsAsync<MqttPublishException>(() => refused)).ReasonCode);
        }

        await setup.ReconnectAsync(new WireConnack(0, SessionPresent: true));
        Task next = setup.Client.PublishAsync("t", "yes");
        WirePublish first = await setup.Peer.ExpectAsync<WirePublish>();
        Assert.Equal("yes", first.PayloadText);
        await setup.Peer.SendAsync(new WireAck(WireType.Puback, first.Id));
        await next;
    }

    private static async Task<(WireType Type, int Id)> NextAckAsync(ScriptedSetup setup)
    {
        WireAck ack = await setup.Peer.SkipToAsync<WireAck>();
        return (ack.Type, ack.Id);
    }
}
