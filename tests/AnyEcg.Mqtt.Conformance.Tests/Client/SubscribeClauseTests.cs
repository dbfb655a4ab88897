namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>MQTT 5.0, sections 3.8, 3.10 and 3.14: requests of the client, and how it leaves.</summary>
[Collection(BrokerCollection.Name)]
public sealed class SubscribeClauseTests(BrokerFixture brokers)
{
    [Theory, Clause("3.8.1-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_8_1_1_SubscribeFlags(BrokerKind broker) =>
        Assert.All((await brokers.TourAsync(broker)).WellFormed<WireSubscribe>(), packet => Assert.Equal(2, packet.Flags));

    [Theory, Clause("3.8.3-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_8_3_1_FiltersAreText(BrokerKind broker)
    {
        IEnumerable<string> filters = (await brokers.TourAsync(broker)).WellFormed<WireSubscribe>().SelectMany(s => s.Filters).Select(f => f.Filter);
        Assert.Equal(["tour/+/\u00fc\u20ac\U0001F600", "tour/all/#", "tour/unused"], filters);
    }

    [Theory, Clause("3.8.3-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_8_3_2_SubscribeHasAFilter(BrokerKind broker)
    {
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        await using MqttConnection client = await Clients.ConnectAsync(tap.Port);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.SubscribeAsync([], Budget.Token));
        await client.SubscribeAsync("a");
        Assert.Single(tap.Tape.WellFormed<WireSubscribe>());
    }

    [Theory, Clause("3.8.3-4")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_8_3_4_NoLocalIsNotForShared(BrokerKind broker)
    {
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        await using MqttConnection client = await Clients.ConnectAsync(tap.Port);
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => client.SubscribeAsync([new MqttSubscription("$share/g/a", NoLocal: true)], Budget.Token));
        await client.SubscribeAsync([new MqttSubscription("$share/g/a"), new MqttSubscription("a", NoLocal: true)], Budget.Token);
        Assert.Equal([1, 5], Assert.Single(tap.Tape.WellFormed<WireSubscribe>()).Filters.Select(f => f.Options));
    }

    [Theory, Clause("3.10.1-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_10_1_1_UnsubscribeFlags(BrokerKind broker) =>
        Assert.All((await brokers.TourAsync(broker)).WellFormed<WireUnsubscribe>(), packet => Assert.Equal(2, packet.Flags));

    [Theory, Clause("3.10.3-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_10_3_1_FiltersAreText(BrokerKind broker) => Assert.Equal(
        ["tour/all/#", "tour/unused"], (await brokers.TourAsync(broker)).WellFormed<WireUnsubscribe>().SelectMany(s => s.Filters));

    [Theory, Clause("3.10.3-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_10_3_2_UnsubscribeHasAFilter(BrokerKind broker)
    {
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        await using MqttConnection client = await Clients.ConnectAsync(tap.Port);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.UnsubscribeAsync([], Budget.Token));
        await client.UnsubscribeAsync(["a"], Budget.Token);
        Assert.Single(tap.Tape.WellFormed<WireUnsubscribe>());
    }

    [Theory, Clause("3.14.2-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_14_2_1_DisconnectReasonIsListed(BrokerKind broker)
    {
        List<WireDisconnect> sent = (await brokers.TourAsync(broker)).WellFormed<WireDisconnect>();
        Assert.Equal(4, sent.Count);
        Assert.All(sent, disconnect => Assert.Equal(0, disconnect.Reason));
    }

    [Theory, Clause("3.14.4-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_14_4_1_NothingAfterDisconnect(BrokerKind broker)
    {
        Tape tape = await brokers.TourAsync(broker);
        foreach (int connection in tape.Entries.Select(e => e.Connection).Distinct())
        {
            List<TapeEntry> sent = [.. tape.Of(connection).Where(e => e is { FromClient: true, Packet: not null })];
            Assert.IsType<WireDisconnect>(sent[^1].Packet);
            Assert.Single(sent, e => e.Packet is WireDisconnect);
        }
    }

    [Theory, Clause("3.14.4-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_14_4_2_DisconnectIsFollowedByTheClose(BrokerKind broker)
    {
        Tape tape = await brokers.TourAsync(broker);
        foreach (int connection in tape.Entries.Select(e => e.Connection).Distinct())
            Assert.Null(tape.Of(connection).Last(e => e.FromClient).Packet);
    }

    [Theory, Clause("4.2.0-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_2_0_1_TcpIsSpoken(BrokerKind broker) =>
        Assert.Equal(4, (await brokers.TourAsync(broker)).Received<WireConnack>(connack => connack.Reason == 0).Count);

    [Theory, Clause("4.12.0-7")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_12_0_7_NoAuthWithoutAMethod(BrokerKind broker)
    {
        Tape tape = await brokers.TourAsync(broker);
        Assert.All(tape.WellFormed<WireConnect>(), connect => Assert.False(connect.Has(WireProperties.AuthenticationMethod)));
        Assert.Empty(tape.Sent<WireAuth>());
    }
}
