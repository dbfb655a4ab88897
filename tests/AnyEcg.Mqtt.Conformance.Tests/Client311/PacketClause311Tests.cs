namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>MQTT 3.1.1, chapters 1 to 3 and section 4.7: packets, topics and filters of the client.</summary>
[Collection(BrokerCollection.Name)]
public sealed class PacketClause311Tests(BrokerFixture brokers)
{
    [Theory, Clause311("1.5.3-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_1_5_3_1_TextIsWellFormed(BrokerKind broker)
    {
        Assert.Contains((await TourAsync(broker)).WellFormed<WirePublish>(), publish => publish.Topic == TourScenario.Exotic);
        await AssertTopicsRefusedAsync(broker, "\ud800", "a/\udc00");
        await AssertFiltersRefusedAsync(broker, "\ud800");
    }

    [Theory, Clause311("1.5.3-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_1_5_3_2_NoNullCharacter(BrokerKind broker)
    {
        await AssertTopicsRefusedAsync(broker, "a\0b");
        await AssertFiltersRefusedAsync(broker, "a\0b");
    }

    [Theory, Clause311("1.5.3-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_1_5_3_3_ByteOrderMarkIsKept(BrokerKind broker)
    {
        Tape tape = await TourAsync(broker);
        Assert.Contains(tape.WellFormed<WirePublish>(), publish => publish.Topic.Contains('\uFEFF', StringComparison.Ordinal));
        Assert.Contains(tape.Received<WirePublish>(), publish => publish.Topic.Contains('\uFEFF', StringComparison.Ordinal));
    }

    [Theory, Clause311("2.2.2-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_2_2_2_1_ReservedFlagsAreSet(BrokerKind broker)
    {
        WirePacket[] sent = [.. (await TourAsync(broker)).WellFormed<WirePacket>(packet => packet is not WirePublish)];
        Assert.All(sent, packet => Assert.Equal(
            packet.Type is WireType.Pubrel or WireType.Subscribe or WireType.Unsubscribe ? 2 : 0, packet.Flags));
        Assert.Superset(
            new HashSet<WireType>
            {
                WireType.Connect, WireType.Puback, WireType.Subscribe, WireType.Unsubscribe, WireType.Pingreq, WireType.Disconnect,
            },
            sent.Select(packet => packet.Type).ToHashSet());
    }

    [Theory, Clause311("2.3.1-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_2_3_1_1_PacketIdsAreNot0(BrokerKind broker)
    {
        Tape tape = await TourAsync(broker);
        Assert.All(tape.WellFormed<WirePublish>(publish => publish.Qos > 0), publish => Assert.InRange(publish.Id, 1, 65_535));
        Assert.All(tape.WellFormed<WireSubscribe>(), subscribe => Assert.InRange(subscribe.Id, 1, 65_535));
        Assert.All(tape.WellFormed<WireUnsubscribe>(), unsubscribe => Assert.InRange(unsubscribe.Id, 1, 65_535));
    }

    [Theory, Clause311("2.3.1-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_2_3_1_2_PacketIdsAreUnused(BrokerKind broker)
    {
        (await TourAsync(broker)).IdsAreUnused(TourScenario.Full);
        (await ResumeAsync(broker)).IdsAreUnused(ResumeScenario.Client311);
    }

    [Theory, Clause311("2.3.1-5")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_2_3_1_5_NoPacketIdAtQos0(BrokerKind broker)
    {
        // A packet id would be read as the start of the payload.
        Assert.All(
            (await TourAsync(broker)).WellFormed<WirePublish>(publish => publish.Qos == 0),
            publish => Assert.Equal(new string('x', publish.Payload.Length), publish.PayloadText));
    }

    [Theory, Clause311("3.3.2-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_3_2_1_TopicComesFirst(BrokerKind broker)
    {
        string[] topics = [.. (await TourAsync(broker)).WellFormed<WirePublish>().Select(p => p.Topic).Distinct()];
        Assert.Equal(["tour/all/order", "tour/plain", TourScenario.Exotic], topics.Order(StringComparer.Ordinal));
    }

    [Theory, Clause311("3.3.2-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public Task MQTT311_3_3_2_2_TopicHasNoWildcards(BrokerKind broker) => AssertTopicsRefusedAsync(broker, "a/+", "#", "a+b", "a/#/b");

    [Theory, Clause311("3.8.1-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_8_1_1_SubscribeFlags(BrokerKind broker) =>
        Assert.All((await TourAsync(broker)).WellFormed<WireSubscribe>(), packet => Assert.Equal(2, packet.Flags));

    [Theory, Clause311("3.8.3-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_8_3_1_FiltersAreText(BrokerKind broker)
    {
        IEnumerable<WireFilter> filters = (await TourAsync(broker)).WellFormed<WireSubscribe>().SelectMany(s => s.Filters);
        Assert.Equal(["tour/+/\u00fc\u20ac\U0001F600", "tour/all/#", "tour/unused"], filters.Select(f => f.Filter));
        Assert.All(filters, filter => Assert.InRange(filter.Options, 0, 2));
    }

    [Theory, Clause311("3.8.3-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_8_3_3_SubscribeHasAFilter(BrokerKind broker)
    {
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        await using MqttConnection client = await ConnectAsync(tap.Port);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.SubscribeAsync([], Budget.Token));
        await client.SubscribeAsync("a");
        Assert.Single(tap.Tape.WellFormed<WireSubscribe>());
    }

    [Theory, Clause311("3.10.1-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_10_1_1_UnsubscribeFlags(BrokerKind broker) =>
        Assert.All((await TourAsync(broker)).WellFormed<WireUnsubscribe>(), packet => Assert.Equal(2, packet.Flags));

    [Theory, Clause311("3.10.3-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_10_3_1_FiltersAreText(BrokerKind broker) => Assert.Equal(
        ["tour/all/#", "tour/unused"], (await TourAsync(broker)).WellFormed<WireUnsubscribe>().SelectMany(s => s.Filters));

    [Theory, Clause311("3.10.3-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_10_3_2_UnsubscribeHasAFilter(BrokerKind broker)
    {
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        await using MqttConnection client = await ConnectAsync(tap.Port);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.UnsubscribeAsync([], Budget.Token));
        await client.UnsubscribeAsync(["a"], Budget.Token);
        Assert.Single(tap.Tape.WellFormed<WireUnsubscribe>());
    }

    [Theory, Clause311("3.14.4-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_14_4_1_DisconnectIsFollowedByTheClose(BrokerKind broker)
    {
        Tape tape = await TourAsync(broker);
        Assert.Equal(4, tape.WellFormed<WireDisconnect>().Count);
        foreach (int connection in tape.Entries.Select(e => e.Connection).Distinct())
            Assert.Null(tape.Of(connection).Last(e => e.FromClient).Packet);
    }

    [Theory, Clause311("3.14.4-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_14_4_2_NothingAfterDisconnect(BrokerKind broker)
    {
        Tape tape = await TourAsync(broker);
        foreach (int connection in tape.Entries.Select(e => e.Connection).Distinct())
        {
            List<TapeEntry> sent = [.. tape.Of(connection).Where(e => e is { FromClient: true, Packet: not null })];
            Assert.Equal(2, Assert.IsType<WireDisconnect>(sent[^1].Packet).Size);
            Assert.Single(sent, e => e.Packet is WireDisconnect);
        }
    }

    [Theory, Clause311("4.7.1-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_4_7_1_1_WildcardsAreForFiltersOnly(BrokerKind broker)
    {
        await AssertTopicsRefusedAsync(broker, "+", "#", "x/+/y");
        Assert.Contains(
            (await TourAsync(broker)).WellFormed<WireSubscribe>(), s => s.Filters.Any(f => f.Filter.Contains('+', StringComparison.Ordinal)));
    }

    [Theory, Clause311("4.7.1-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public Task MQTT311_4_7_1_2_HashIsLastAndAlone(BrokerKind broker) => AssertFiltersRefusedAsync(broker, "a#", "a/#/b", "a/b#");

    [Theory, Clause311("4.7.1-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public Task MQTT311_4_7_1_3_PlusIsAlone(BrokerKind broker) => AssertFiltersRefusedAsync(broker, "a+", "+a/b", "a/b+/c");

    [Theory, Clause311("4.7.3-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_4_7_3_1_TopicsAreNotEmpty(BrokerKind broker)
    {
        await AssertTopicsRefusedAsync(broker, "");
        await AssertFiltersRefusedAsync(broker, "");
    }

    [Theory, Clause311("4.7.3-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_4_7_3_2_TopicsHaveNoNull(BrokerKind broker)
    {
        await AssertTopicsRefusedAsync(broker, "a\0");
        await AssertFiltersRefusedAsync(broker, "\0/#");
    }

    [Theory, Clause311("4.7.3-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_4_7_3_3_TopicsAreAtMost65535Bytes(BrokerKind broker)
    {
        string tooLong = new('\u00e9', 32_768);
        await AssertTopicsRefusedAsync(broker, tooLong);
        await AssertFiltersRefusedAsync(broker, tooLong);
    }

    [Theory, Clause311("7.0.0-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_7_0_0_2_NoExtensionIsNeeded(BrokerKind broker)
    {
        Tape tape = await TourAsync(broker);
        Assert.All(tape.WellFormed<WirePacket>(), packet => Assert.Empty(packet.Properties));
        Assert.Equal(4, tape.Received<WireConnack>(connack => connack.Reason == 0).Count);
    }

    [Theory, Clause311("7.1.2-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_7_1_2_1_TcpIsSpoken(BrokerKind broker) =>
        Assert.Equal(4, (await TourAsync(broker)).Received<WireConnack>(connack => connack.Reason == 0).Count);

    private static async Task<MqttConnection> ConnectAsync(int port)
    {
        MqttClientOptions options = Clients.Options(port);
        options.ProtocolVersion = MqttVersionChoice.V311;
        options.SessionExpiry = TimeSpan.Zero;
        return await Clients.ConnectAsync(options);
    }

    private async Task AssertTopicsRefusedAsync(BrokerKind broker, params string[] topics)
    {
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        await using MqttConnection client = await ConnectAsync(tap.Port);
        foreach (string topic in topics)
            await Assert.ThrowsAnyAsync<ArgumentException>(() => client.PublishAsync(topic, "x"));
        await client.PublishAsync("fine", "x");
        Assert.Equal("fine", Assert.Single(tap.Tape.WellFormed<WirePublish>()).Topic);
    }

    private async Task AssertFiltersRefusedAsync(BrokerKind broker, params string[] filters)
    {
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        await using MqttConnection client = await ConnectAsync(tap.Port);
        foreach (string filter in filters)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => client.SubscribeAsync(filter));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => client.UnsubscribeAsync([filter], Budget.Token));
        }

        await client.SubscribeAsync("fine/+/#");
        Assert.Equal("fine/+/#", Assert.Single(Assert.Single(tap.Tape.WellFormed<WireSubscribe>()).Filters).Filter);
        Assert.Empty(tap.Tape.Sent<WireUnsubscribe>());
    }

    private Task<Tape> TourAsync(BrokerKind broker) => brokers.TourAsync(broker, MqttVersion.V311);

    private Task<Tape> ResumeAsync(BrokerKind broker) => brokers.ResumeAsync(broker, MqttVersion.V311);
}
