namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>MQTT 5.0, chapters 1 and 2: how the client writes data types and packets.</summary>
[Collection(BrokerCollection.Name)]
public sealed class FormatClauseTests(BrokerFixture brokers)
{
    private static readonly string[] BadTexts = ["a\0b", "\ud800", "x\udc00y"];

    [Theory, Clause("1.5.4-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_1_5_4_1_TextIsWellFormed(BrokerKind broker)
    {
        Tape tape = await brokers.TourAsync(broker);
        Assert.Contains(tape.WellFormed<WirePublish>(), publish => publish.Topic == TourScenario.Exotic);
        await AssertNothingSentAsync(broker, "\ud800");
    }

    [Theory, Clause("1.5.4-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_1_5_4_2_NoNullCharacter(BrokerKind broker) => await AssertNothingSentAsync(broker, "a\0b");

    [Theory, Clause("1.5.4-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_1_5_4_3_ByteOrderMarkIsKept(BrokerKind broker)
    {
        (MqttConnection client, AckingReceiver receiver) = await AckingReceiver.ConnectAsync(Clients.Options(await brokers.PortAsync(broker)));
        await using MqttConnection end = client;
        await client.SubscribeAsync("mark/#");
        await client.PublishAsync("mark/\uFEFFa", "x");
        await receiver.HasAsync(_ => true);
        Assert.Equal("mark/\uFEFFa", receiver.Messages[0].Topic, StringComparer.Ordinal);
    }

    [Theory, Clause("1.5.5-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_1_5_5_1_VariableIntegersAreShort(BrokerKind broker)
    {
        // The decoder of the tests takes a longer form than needed for a fault.
        List<WirePublish> sent = (await brokers.TourAsync(broker)).WellFormed<WirePublish>();
        Assert.Contains(sent, publish => publish.Size < 128);
        Assert.Contains(sent, publish => publish.Size is > 128 and < 16_384);
        Assert.Contains(sent, publish => publish.Size > 16_384);
    }

    [Theory, Clause("1.5.7-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_1_5_7_1_PairsAreText(BrokerKind broker)
    {
        Tape tape = await brokers.TourAsync(broker);
        Assert.Contains(
            tape.WellFormed<WirePublish>(),
            publish => publish.Properties.Any(p => p is { Id: WireProperties.UserProperty, Name: "n\u00e4me", Text: "\U0001F600" }));
        await using MqttConnection client = await Clients.ConnectAsync(await brokers.PortAsync(broker));
        foreach (string bad in BadTexts)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => PublishAsync(client, new("ok", bad)));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => PublishAsync(client, new(bad, "ok")));
        }
    }

    [Theory, Clause("2.1.3-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_2_1_3_1_ReservedFlagsAreSet(BrokerKind broker)
    {
        Tape tape = await brokers.TourAsync(broker);
        WirePacket[] sent = [.. tape.WellFormed<WirePacket>(packet => packet is not WirePublish)];
        Assert.All(sent, packet => Assert.Equal(
            packet.Type is WireType.Pubrel or WireType.Subscribe or WireType.Unsubscribe ? 2 : 0, packet.Flags));
        Assert.Superset(
            new HashSet<WireType>
            {
                WireType.Connect, WireType.Puback, WireType.Pubrec, WireType.Pubrel, WireType.Pubcomp, WireType.Subscribe,
                WireType.Unsubscribe, WireType.Pingreq, WireType.Disconnect,
            },
            sent.Select(packet => packet.Type).ToHashSet());
    }

    [Theory, Clause("2.2.1-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_2_2_1_2_NoPacketIdAtQos0(BrokerKind broker)
    {
        // A packet id would be read as the start of the properties or of the payload.
        List<WirePublish> sent = (await brokers.TourAsync(broker)).WellFormed<WirePublish>(publish => publish.Qos == 0);
        Assert.All(sent, publish => Assert.Equal(new string('x', publish.Payload.Length), publish.PayloadText));
        Assert.All(sent, publish => Assert.Equal("text/plain; \u00fc", publish.Text(WireProperties.ContentType)));
    }

    [Theory, Clause("2.2.1-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_2_2_1_3_PacketIdsAreUnused(BrokerKind broker)
    {
        (await brokers.TourAsync(broker)).IdsAreUnused(TourScenario.Full);
        (await brokers.ResumeAsync(broker)).IdsAreUnused(ResumeScenario.Client);
    }

    [Theory, Clause("2.2.1-5")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_2_2_1_5_AnswersCarryTheId(BrokerKind broker)
    {
        Tape tape = await brokers.TourAsync(broker);
        int connection = tape.ConnectionsOf(TourScenario.Full)[0];
        Assert.Equal(4, tape.AnswersInOrder(connection, TapeRules.PublishAt(1), WireType.Puback) - Overlap(tape, 1));
        Assert.Equal(4, tape.AnswersInOrder(connection, TapeRules.PublishAt(2), WireType.Pubrec) - Overlap(tape, 2));
        Assert.Equal(4, tape.AnswersInOrder(connection, TapeRules.AckOf(WireType.Pubrel), WireType.Pubcomp) - Overlap(tape, 2));
        Assert.Equal(4, tape.AnswersInOrder(connection, TapeRules.AckOf(WireType.Pubrec), WireType.Pubrel));
    }

    [Theory, Clause("2.2.2-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_2_2_2_1_EmptyPropertyListIsAnnounced(BrokerKind broker)
    {
        // Without the length, the payload would be read as one.
        List<WirePublish> sent = (await brokers.ResumeAsync(broker)).WellFormed<WirePublish>(publish => publish.Properties.Count == 0);
        Assert.Contains(sent, publish => publish.PayloadText == "after");
    }

    /// <summary>Further copies that a broker sends where subscriptions overlap; here none do.</summary>
    private static int Overlap(Tape tape, int qos) => Math.Max(0, tape.Received<WirePublish>(p => p.Qos == qos).Count - 4);

    private static Task PublishAsync(MqttConnection client, KeyValuePair<string, string> property) =>
        client.PublishAsync(new MqttMessage { Topic = "t", UserProperties = [property] }, Budget.Token).AsTask();

    private async Task AssertNothingSentAsync(BrokerKind broker, string bad)
    {
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        await using MqttConnection client = await Clients.ConnectAsync(tap.Port);
        foreach (MqttQos qos in Enum.GetValues<MqttQos>())
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => client.PublishAsync($"t/{bad}", "x", qos));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => client.SubscribeAsync($"t/{bad}", qos));
        }

        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.UnsubscribeAsync([$"t/{bad}"], Budget.Token));
        foreach (MqttMessage message in new MqttMessage[]
        {
            new() { Topic = "t", ContentType = bad },
            new() { Topic = "t", ResponseTopic = bad },
        })
            await Assert.ThrowsAnyAsync<ArgumentException>(() => client.PublishAsync(message, Budget.Token).AsTask());
        await client.PublishAsync("after", "x");
        Assert.Equal("after", Assert.Single(tap.Tape.WellFormed<WirePublish>()).Topic);
    }
}
