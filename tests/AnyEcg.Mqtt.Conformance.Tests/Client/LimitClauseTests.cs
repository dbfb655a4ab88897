using WP = AnyEcg.Mqtt.Conformance.Tests.WireProperties;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>MQTT 5.0, sections 3.2.2 and 4.9: limits that the server announces.</summary>
[Collection(BrokerCollection.Name)]
public sealed class LimitClauseTests
{
    [Theory, Clause("3.1.2-21", "3.2.2-21")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded)]
    public async Task MQTT_3_1_2_21_and_3_2_2_21_ServerKeepAliveReplacesTheClients(BrokerKind broker)
    {
        await using LimitedBroker limited = await LimitedBroker.StartAsync(broker, new WireProperty(WP.ServerKeepAlive, 2));
        await using Wiretap tap = new(limited.Port);
        MqttClientOptions options = Clients.Options(tap.Port);
        options.KeepAlive = TimeSpan.FromHours(1);
        await using MqttConnection client = await Clients.ConnectAsync(options);
        TapeEntry ping = (await tap.Tape.WaitAsync(e => e.Packet is WirePing { Type: WireType.Pingreq }))[0];
        Assert.InRange(ping.At, TimeSpan.Zero, Budget.Limit);
        Assert.Equal(3600, Assert.Single(tap.Tape.WellFormed<WireConnect>()).KeepAlive);
        Assert.Equal(2, Assert.Single(tap.Tape.Received<WireConnack>()).Number(WP.ServerKeepAlive));
    }

    [Theory, Clause("3.2.2-11")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_2_2_11_NoPublishAboveMaximumQos(BrokerKind broker)
    {
        await using LimitedBroker limited = await LimitedBroker.StartAsync(broker, new WireProperty(WP.MaximumQos, 1));
        await using Wiretap tap = new(limited.Port);
        await using MqttConnection client = await Clients.ConnectAsync(tap.Port);
        await Assert.ThrowsAsync<MqttPublishException>(() => client.PublishAsync("t", "no", MqttQos.ExactlyOnce));
        await client.PublishAsync("t", "yes", MqttQos.AtLeastOnce);
        Assert.Equal(1, Assert.Single(tap.Tape.WellFormed<WirePublish>()).Qos);
        Assert.Equal(1, Assert.Single(tap.Tape.Received<WireConnack>()).Number(WP.MaximumQos));
    }

    [Theory, Clause("3.2.2-14")]
    [On(BrokerKind.Scripted), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_2_2_14_NoRetainWhereUnavailable(BrokerKind broker)
    {
        await using LimitedBroker limited = await LimitedBroker.StartAsync(broker, new WireProperty(WP.RetainAvailable, 0));
        await using Wiretap tap = new(limited.Port);
        await using MqttConnection client = await Clients.ConnectAsync(tap.Port);
        foreach (MqttQos qos in Enum.GetValues<MqttQos>())
            await Assert.ThrowsAsync<MqttPublishException>(() => client.PublishAsync("t", "no", qos, retain: true));
        await client.PublishAsync("t", "yes");
        Assert.False(Assert.Single(tap.Tape.WellFormed<WirePublish>()).Retain);
        Assert.Equal(0, Assert.Single(tap.Tape.Received<WireConnack>()).Number(WP.RetainAvailable));
    }

    [Theory, Clause("3.2.2-15")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_2_2_15_NothingAboveTheMaximumPacketSize(BrokerKind broker)
    {
        await using LimitedBroker limited = await LimitedBroker.StartAsync(broker, new WireProperty(WP.MaximumPacketSize, 200));
        await using Wiretap tap = new(limited.Port);
        await using MqttConnection client = await Clients.ConnectAsync(tap.Port);
        foreach (MqttQos qos in Enum.GetValues<MqttQos>())
            await Assert.ThrowsAsync<MqttPublishException>(() => client.PublishAsync("t", new string('x', 200), qos));
        await Assert.ThrowsAnyAsync<MqttException>(() => client.SubscribeAsync(new string('f', 200)));
        await client.PublishAsync("t", new string('y', 150));
        Assert.Equal(200, Assert.Single(tap.Tape.Received<WireConnack>()).Number(WP.MaximumPacketSize));
        Assert.InRange(tap.Tape.WellFormed<WirePacket>(p => p is not WireConnect).Max(p => p.Size), 150, 200);
    }

    [Theory, Clause("3.2.2-17", "3.3.2-9")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_2_2_17_and_3_3_2_9_AliasesStayWithinTheMaximum(BrokerKind broker)
    {
        Tape tape = await AliasesAsync(broker, 2);
        long[] aliases = [.. tape.WellFormed<WirePublish>().Select(p => p.Number(WP.TopicAlias)).OfType<long>()];
        Assert.Contains(aliases, alias => alias == 2);
        Assert.All(aliases, alias => Assert.InRange(alias, 1, 2));
        Assert.Contains(tape.WellFormed<WirePublish>(), publish => publish.Topic.Length == 0);
        Assert.Contains(tape.WellFormed<WirePublish>(), publish => !publish.Has(WP.TopicAlias));
    }

    [Theory, Clause("3.2.2-18")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_2_2_18_NoAliasWithoutAMaximum(BrokerKind broker)
    {
        Tape tape = await AliasesAsync(broker, 0);
        Assert.All(tape.WellFormed<WirePublish>(), publish => Assert.False(publish.Has(WP.TopicAlias)));
    }

    [Theory, Clause("3.3.2-7")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_3_2_7_AliasesEndWithTheConnection(BrokerKind broker)
    {
        Tape tape = await AliasesAsync(broker, 2);
        int[] connections = [.. tape.ConnectionsOf("aliases")];
        Assert.Equal(2, connections.Length);
        foreach (int connection in connections)
        {
            HashSet<long> known = [];
            List<WirePublish> publishes = [.. tape.SentOn<WirePublish>(connection)];
            Assert.Contains(publishes, publish => publish.Has(WP.TopicAlias));
            foreach (WirePublish publish in publishes.Where(publish => publish.Has(WP.TopicAlias)))
            {
                Assert.True(publish.Topic.Length > 0 || known.Contains(publish.Number(WP.TopicAlias)!.Value), "an alias of the connection before");
                known.Add(publish.Number(WP.TopicAlias)!.Value);
            }
        }
    }

    [Theory, Clause("3.3.2-8")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_3_2_8_AliasIsNot0(BrokerKind broker) => Assert.DoesNotContain(
        (await AliasesAsync(broker, 2)).WellFormed<WirePublish>(), publish => publish.Number(WP.TopicAlias) == 0);

    [Theory, Clause("3.3.4-7", "4.9.0-1", "4.9.0-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_3_4_7_and_4_9_0_1_and_4_9_0_2_SendQuotaIsKept(BrokerKind broker)
    {
        await using LimitedBroker limited = await LimitedBroker.StartAsync(broker, new WireProperty(WP.ReceiveMaximum, 3));
        await using Wiretap tap = new(limited.Port);
        await using MqttConnection client = await Clients.ConnectAsync(tap.Port);
        int quota = (int)Assert.Single(tap.Tape.Received<WireConnack>()).Number(WP.ReceiveMaximum)!.Value;
        Assert.Equal(3, quota);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => client.PublishAsync("t", $"{i}", (MqttQos)(1 + (i % 2)))));
        int most = 0;
        HashSet<int> open = [];
        foreach (TapeEntry entry in tap.Tape.Entries)
        {
            if (entry is { FromClient: true, Packet: WirePublish publish })
                open.Add(publish.Id);
            else if (entry is { FromClient: false, Packet: WireAck { Type: WireType.Puback or WireType.Pubcomp } ack })
                open.Remove(ack.Id);
            most = Math.Max(most, open.Count);
        }

        Assert.Equal(quota, most);
    }

    [Theory, Clause("3.3.4-8", "4.9.0-3")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_3_3_4_8_and_4_9_0_3_OtherPacketsAreNotHeldBack(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync(new WireProperty(WP.ReceiveMaximum, 1));
        Task first = setup.Client.PublishAsync("t", "1");
        Task second = setup.Client.PublishAsync("t", "2");
        WirePublish publish = await setup.Peer.ExpectAsync<WirePublish>();
        Task subscribing = setup.Client.SubscribeAsync("f");
        WireSubscribe subscribe = await setup.Peer.ExpectAsync<WireSubscribe>();
        await setup.Peer.SendAsync(new WireAnswer(WireType.Suback, subscribe.Id, [1]));
        await subscribing;
        await setup.Peer.SendAsync(new WirePublish("f", [1], 1, 7));
        Assert.Equal((WireType.Puback, 7), await NextAckAsync(setup.Peer));
        await setup.Client.PublishAsync("t", "0", MqttQos.AtMostOnce);
        Assert.Equal(0, (await setup.Peer.ExpectAsync<WirePublish>()).Qos);
        await setup.Peer.SendAsync(new WireAck(WireType.Puback, publish.Id));
        WirePublish next = await setup.Peer.ExpectAsync<WirePublish>();
        Assert.Equal("2", next.PayloadText);
        await setup.Peer.SendAsync(new WireAck(WireType.Puback, next.Id));
        await Task.WhenAll(first, second);
    }

    private static async Task<(WireType Type, int Id)> NextAckAsync(WirePeer peer)
    {
        WireAck ack = await peer.ExpectAsync<WireAck>();
        return (ack.Type, ack.Id);
    }

    /// <summary>Publishes on four topics, twice each, over two connections.</summary>
    private static async Task<Tape> AliasesAsync(BrokerKind broker, int maximum)
    {
        WireProperty[] announced = broker == BrokerKind.Scripted && maximum == 0 ? [] : [new(WP.TopicAliasMaximum, maximum)];
        await using LimitedBroker limited = await LimitedBroker.StartAsync(broker, announced);
        await using Wiretap tap = new(limited.Port);
        MqttClientOptions options = Clients.Options(tap.Port, "aliases");
        options.MaxTopicAliases = 10;
        await using MqttConnection client = await Clients.ConnectAsync(options);
        for (int i = 0; i < 12; i++)
        {
            if (i == 8)
                tap.Cut();
            await client.PublishAsync($"topic/{i % 4}", $"{i}");
        }

        return tap.Tape;
    }
}
