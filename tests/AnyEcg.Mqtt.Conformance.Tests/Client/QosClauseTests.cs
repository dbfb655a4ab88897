namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>MQTT 5.0, sections 3.4 to 3.7 and 4.3 to 4.6: the exchanges behind a publish, either way.</summary>
[Collection(BrokerCollection.Name)]
public sealed class QosClauseTests(BrokerFixture brokers)
{
    [Theory, Clause("3.4.2-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_4_2_1_PubackReasonIsListed(BrokerKind broker) => await AssertAcksAsync(broker, WireType.Puback);

    [Theory, Clause("3.5.2-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_5_2_1_PubrecReasonIsListed(BrokerKind broker) => await AssertAcksAsync(broker, WireType.Pubrec);

    [Theory, Clause("3.6.1-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_6_1_1_PubrelFlags(BrokerKind broker) => Assert.All(
        (await brokers.TourAsync(broker)).WellFormed<WireAck>(ack => ack.Type == WireType.Pubrel), ack => Assert.Equal(2, ack.Flags));

    [Theory, Clause("3.6.2-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_6_2_1_PubrelReasonIsListed(BrokerKind broker) => await AssertAcksAsync(broker, WireType.Pubrel);

    [Theory, Clause("3.7.2-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_7_2_1_PubcompReasonIsListed(BrokerKind broker) => await AssertAcksAsync(broker, WireType.Pubcomp);

    [Theory, Clause("4.3.1-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_3_1_1_Qos0IsSentOnce(BrokerKind broker)
    {
        List<WirePublish> sent = await FirstAsync(broker, 0);
        Assert.All(sent, publish => Assert.Equal((0, false), (publish.Flags & 6, publish.Duplicate)));
    }

    [Theory, Clause("4.3.2-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_3_2_1_Qos1TakesAnUnusedId(BrokerKind broker)
    {
        Assert.NotEmpty(await FirstAsync(broker, 1));
        (await brokers.TourAsync(broker)).IdsAreUnused(TourScenario.Full);
    }

    [Theory, Clause("4.3.2-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_3_2_2_Qos1IsSentWithoutDup(BrokerKind broker) =>
        Assert.All(await FirstAsync(broker, 1), publish => Assert.False(publish.Duplicate));

    [Theory, Clause("4.3.2-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_3_2_3_Qos1WaitsForPuback(BrokerKind broker) => await AssertRepeatedAsync(broker, 1);

    [Theory, Clause("4.3.2-4")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_3_2_4_Qos1IsAnsweredByPuback(BrokerKind broker) =>
        Assert.NotEqual(0, await AnsweredAsync(broker, TapeRules.PublishAt(1), WireType.Puback));

    [Theory, Clause("4.3.3-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_3_3_1_Qos2TakesAnUnusedId(BrokerKind broker)
    {
        Assert.NotEmpty(await FirstAsync(broker, 2));
        (await brokers.ResumeAsync(broker)).IdsAreUnused(ResumeScenario.Client);
    }

    [Theory, Clause("4.3.3-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_3_3_2_Qos2IsSentWithoutDup(BrokerKind broker) =>
        Assert.All(await FirstAsync(broker, 2), publish => Assert.False(publish.Duplicate));

    [Theory, Clause("4.3.3-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_3_3_3_Qos2WaitsForPubrec(BrokerKind broker) => await AssertRepeatedAsync(broker, 2);

    [Theory, Clause("4.3.3-4")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_3_3_4_PubrecIsAnsweredByPubrel(BrokerKind broker) =>
        Assert.Equal(4, await AnsweredAsync(broker, TapeRules.AckOf(WireType.Pubrec), WireType.Pubrel));

    [Theory, Clause("4.3.3-5")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_3_3_5_PubrelWaitsForPubcomp(BrokerKind broker)
    {
        (WirePublish released, List<TapeEntry> second) = await ReleasedAsync(broker);
        Assert.Contains(second, e => e is { FromClient: true, Packet: WireAck { Type: WireType.Pubrel } ack } && ack.Id == released.Id);
    }

    [Theory, Clause("4.3.3-6")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_3_3_6_NoPublishAfterPubrel(BrokerKind broker)
    {
        (WirePublish released, List<TapeEntry> second) = await ReleasedAsync(broker);
        Assert.DoesNotContain(second, e => e is { FromClient: true, Packet: WirePublish publish } && publish.PayloadText == released.PayloadText);
    }

    [Theory, Clause("4.3.3-8")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_3_3_8_Qos2IsAnsweredByPubrec(BrokerKind broker) =>
        Assert.NotEqual(0, await AnsweredAsync(broker, TapeRules.PublishAt(2), WireType.Pubrec));

    [Theory, Clause("4.3.3-11")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_3_3_11_PubrelIsAnsweredByPubcomp(BrokerKind broker) =>
        Assert.NotEqual(0, await AnsweredAsync(broker, TapeRules.AckOf(WireType.Pubrel), WireType.Pubcomp));

    [Theory, Clause("4.4.0-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_4_0_1_ResumingSendsAgainWithTheSameIds(BrokerKind broker)
    {
        Tape tape = await brokers.ResumeAsync(broker);
        int[] connections = [.. tape.ConnectionsOf(ResumeScenario.Client)];
        List<WirePublish>[] sent = [.. connections.Select(c => tape.SentOn<WirePublish>(c))];
        Dictionary<string, int> ids = sent[0].ToDictionary(p => p.PayloadText, p => p.Id);
        Assert.All(sent[1].Where(p => p.Duplicate), publish => Assert.Equal(ids[publish.PayloadText], publish.Id));
        Assert.Equal(4, sent[1].Count(p => p.Duplicate));

        // Nothing is sent twice on one connection.
        Assert.All(sent, list => Assert.Equal(list.Count, list.Select(p => p.PayloadText).Distinct().Count()));
    }

    [Theory, Clause("4.5.0-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_5_0_2_EveryMessageIsAcknowledged(BrokerKind broker)
    {
        Tape tape = await brokers.ResumeAsync(broker);
        List<TapeEntry> last = tape.Of(tape.ConnectionsOf(ResumeScenario.Client)[^1]);
        int[] delivered = [.. last.Where(e => !e.FromClient).Select(e => e.Packet).OfType<WirePublish>().Select(p => p.Id)];
        int[] answered = [.. last.Where(e => e.FromClient).Select(e => e.Packet).OfType<WireAck>()
            .Where(a => a.Type is WireType.Puback or WireType.Pubrec).Select(a => a.Id)];
        Assert.NotEmpty(delivered);
        Assert.Equal(delivered.Order(), answered.Order());
    }

    [Theory, Clause("4.6.0-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_6_0_1_RepeatsKeepTheOrder(BrokerKind broker)
    {
        Tape tape = await brokers.ResumeAsync(broker);
        string[][] orders = [.. tape.ConnectionsOf(ResumeScenario.Client).Select(c => tape.SentOn<WirePublish>(c).Select(p => p.PayloadText)
            .Where(p => p.StartsWith("unanswered", StringComparison.Ordinal)).ToArray())];
        Assert.Equal(4, orders[0].Length);
        Assert.Equal(orders[0], orders[1]);
    }

    [Theory, Clause("4.6.0-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_6_0_2_PubacksKeepTheOrder(BrokerKind broker) =>
        Assert.InRange(await AnsweredAsync(broker, TapeRules.PublishAt(1), WireType.Puback), 4, 100);

    [Theory, Clause("4.6.0-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_6_0_3_PubrecsKeepTheOrder(BrokerKind broker) =>
        Assert.InRange(await AnsweredAsync(broker, TapeRules.PublishAt(2), WireType.Pubrec), 4, 100);

    [Theory, Clause("4.6.0-4")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_6_0_4_PubrelsKeepTheOrder(BrokerKind broker) =>
        Assert.InRange(await AnsweredAsync(broker, TapeRules.AckOf(WireType.Pubrec), WireType.Pubrel), 4, 100);

    private async Task AssertAcksAsync(BrokerKind broker, WireType type) =>
        Assert.All((await brokers.TourAsync(broker)).WellFormed<WireAck>(ack => ack.Type == type), ack => Assert.Equal(0, ack.Reason));

    private async Task<List<WirePublish>> FirstAsync(BrokerKind broker, int qos) =>
        (await brokers.TourAsync(broker)).WellFormed<WirePublish>(publish => publish.Qos == qos);

    /// <summary>Checks that the answers have the ids of the questions, in their order; returns how many there were.</summary>
    private async Task<int> AnsweredAsync(BrokerKind broker, Func<WirePacket, int?> question, WireType answer)
    {
        Tape tape = await brokers.TourAsync(broker);
        return tape.AnswersInOrder(tape.ConnectionsOf(TourScenario.Full)[0], question, answer);
    }

    private async Task AssertRepeatedAsync(BrokerKind broker, int qos)
    {
        Tape tape = await brokers.ResumeAsync(broker);
        int[] connections = [.. tape.ConnectionsOf(ResumeScenario.Client)];
        string[] unanswered = [.. Payloads(tape, connections[0], qos)];
        Assert.Equal(2, unanswered.Length);
        Assert.Equal(unanswered, Payloads(tape, connections[1], qos));
    }

    private static IEnumerable<string> Payloads(Tape tape, int connection, int qos) => tape.SentOn<WirePublish>(connection)
        .Where(p => p.Qos == qos).Select(p => p.PayloadText).Where(text => text.StartsWith("unanswered", StringComparison.Ordinal));

    /// <summary>The publish whose PUBCOMP was lost, and what its client's second connection saw.</summary>
    private async Task<(WirePublish Released, List<TapeEntry> Second)> ReleasedAsync(BrokerKind broker)
    {
        Tape tape = await brokers.ResumeAsync(broker);
        WirePublish released = Assert.Single(tape.WellFormed<WirePublish>(publish => publish.PayloadText == "released"));
        return (released, tape.Of(tape.ConnectionsOf(ResumeScenario.Client)[1]));
    }
}
