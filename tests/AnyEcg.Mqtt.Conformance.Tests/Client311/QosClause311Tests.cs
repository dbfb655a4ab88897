namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>MQTT 3.1.1, sections 3.3 and 4.1 to 4.6: the exchanges behind a publish, either way.</summary>
[Collection(BrokerCollection.Name)]
public sealed class QosClause311Tests(BrokerFixture brokers)
{
    [Theory, Clause311("2.3.1-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_2_3_1_3_RepeatsKeepTheirId(BrokerKind broker)
    {
        List<WirePublish>[] sent = PublishesOf(await ResumeAsync(broker));
        Dictionary<string, int> ids = sent[0].ToDictionary(p => p.PayloadText, p => p.Id);
        Assert.Equal(4, sent[1].Count(p => p.Duplicate));
        Assert.All(sent[1].Where(p => p.Duplicate), publish => Assert.Equal(ids[publish.PayloadText], publish.Id));
    }

    [Theory, Clause311("2.3.1-6")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes)]
    public async Task MQTT311_2_3_1_6_AnswersCarryTheId(BrokerKind broker)
    {
        Assert.InRange(await AnsweredAsync(broker, TapeRules.PublishAt(1), WireType.Puback), 4, 100);
        Assert.InRange(await AnsweredAsync(broker, TapeRules.PublishAt(2), WireType.Pubrec), 4, 100);
        Assert.Equal(4, await AnsweredAsync(broker, TapeRules.AckOf(WireType.Pubrec), WireType.Pubrel));
    }

    [Theory, Clause311("3.3.1-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_3_1_1_RepeatsAreMarked(BrokerKind broker)
    {
        List<WirePublish> repeats = [.. PublishesOf(await ResumeAsync(broker))[1].Where(IsUnanswered)];
        Assert.Equal(4, repeats.Count);
        Assert.All(repeats, publish => Assert.True(publish.Duplicate));
    }

    [Theory, Clause311("3.3.1-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_3_1_2_Qos0IsNeverADuplicate(BrokerKind broker) => Assert.All(
        (await TourAsync(broker)).WellFormed<WirePublish>(publish => publish.Qos == 0), publish => Assert.False(publish.Duplicate));

    [Theory, Clause311("3.3.1-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_3_1_3_OnlyRepeatsAreMarked(BrokerKind broker)
    {
        HashSet<string> seen = [];
        foreach (WirePublish publish in PublishesOf(await ResumeAsync(broker)).SelectMany(list => list))
            Assert.Equal(!seen.Add(publish.PayloadText), publish.Duplicate);
        Assert.Contains("after", seen);
    }

    [Theory, Clause311("3.3.4-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_3_4_1_AnsweredAsQosDemands(BrokerKind broker)
    {
        Tape tape = await TourAsync(broker);
        Assert.NotEmpty(tape.Received<WirePublish>(p => p.Qos == 0));
        Assert.Equal(tape.Received<WirePublish>(p => p.Qos == 1).Count, tape.WellFormed<WireAck>(a => a.Type == WireType.Puback).Count);
        Assert.Equal(tape.Received<WirePublish>(p => p.Qos == 2).Count, tape.Sent<WireAck>(a => a.Type == WireType.Pubrec).Count);
    }

    [Theory, Clause311("3.6.1-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes)]
    public async Task MQTT311_3_6_1_1_PubrelFlags(BrokerKind broker) => Assert.All(
        (await TourAsync(broker)).WellFormed<WireAck>(ack => ack.Type == WireType.Pubrel), ack => Assert.Equal(2, ack.Flags));

    [Theory, Clause311("4.1.0-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_4_1_0_1_SessionIsStored(BrokerKind broker)
    {
        // What the session holds crosses the cut: unanswered publishes go out again, and the subscription stands.
        Tape tape = await ResumeAsync(broker);
        Assert.Equal(4, PublishesOf(tape)[1].Count(IsUnanswered));
        Assert.Single(tape.WellFormed<WireSubscribe>());
    }

    [Theory, Clause311("4.1.0-2")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT311_4_1_0_2_SessionLastsWhileConnected(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync(
            new WireConnack(0), options => options.SessionExpiry = TimeSpan.Zero, MqttVersion.V311);
        for (int i = 0; i < 3; i++)
        {
            await setup.Peer.SendAsync(new WirePublish("t", [1], 2, 5) { Duplicate = i > 0 });
            Assert.Equal(WireType.Pubrec, (await setup.Peer.SkipToAsync<WireAck>()).Type);
        }

        Assert.Single(setup.Receiver.Messages);
    }

    [Theory, Clause311("4.3.1-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_4_3_1_1_Qos0IsSentOnce(BrokerKind broker) => Assert.All(
        (await TourAsync(broker)).WellFormed<WirePublish>(publish => publish.Qos == 0), publish => Assert.Equal(0, publish.Flags & 14));

    [Theory, Clause311("4.3.2-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_4_3_2_1_Qos1IsSent(BrokerKind broker)
    {
        Assert.All((await TourAsync(broker)).WellFormed<WirePublish>(publish => publish.Qos == 1), publish => Assert.False(publish.Duplicate));
        Tape tape = await ResumeAsync(broker);
        tape.IdsAreUnused(ResumeScenario.Client311);
        List<WirePublish>[] sent = PublishesOf(tape);
        WirePublish[] unanswered = [.. sent[0].Where(p => IsUnanswered(p) && p.Qos == 1)];
        Assert.NotEmpty(unanswered);
        Assert.All(unanswered, publish => Assert.Contains(sent[1], again => again.Id == publish.Id && again.Duplicate));
    }

    [Theory, Clause311("4.3.2-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_4_3_2_2_Qos1IsReceived(BrokerKind broker)
    {
        Assert.InRange(await AnsweredAsync(broker, TapeRules.PublishAt(1), WireType.Puback), 4, 100);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync(new WireConnack(0), version: MqttVersion.V311);
        for (int i = 0; i < 2; i++)
        {
            await setup.Peer.SendAsync(new WirePublish("t", [(byte)i], 1, 5) { Duplicate = i > 0 });
            Assert.Equal((WireType.Puback, 5), await NextAckAsync(setup));
        }

        Assert.Equal([0, 1], setup.Receiver.Messages.Select(message => (int)message.Payload[0]));
    }

    [Theory, Clause311("4.3.3-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes)]
    public async Task MQTT311_4_3_3_1_Qos2IsSent(BrokerKind broker)
    {
        Assert.All((await TourAsync(broker)).WellFormed<WirePublish>(publish => publish.Qos == 2), publish => Assert.False(publish.Duplicate));
        Assert.Equal(4, await AnsweredAsync(broker, TapeRules.AckOf(WireType.Pubrec), WireType.Pubrel));
        Tape tape = await ResumeAsync(broker);
        tape.IdsAreUnused(ResumeScenario.Client311);
        List<WirePublish>[] sent = PublishesOf(tape);
        int released = sent[0].Single(p => p.PayloadText == "released").Id;
        Assert.DoesNotContain(sent[1], p => p.PayloadText == "released");
        Assert.Contains(
            tape.Of(tape.ConnectionsOf(ResumeScenario.Client311)[1]),
            e => e is { FromClient: true, Packet: WireAck { Type: WireType.Pubrel } release } && release.Id == released);
        Assert.Equal(2, sent[1].Count(p => IsUnanswered(p) && p.Qos == 2 && p.Duplicate));
    }

    [Theory, Clause311("4.3.3-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes)]
    public async Task MQTT311_4_3_3_2_Qos2IsReceived(BrokerKind broker)
    {
        Assert.InRange(await AnsweredAsync(broker, TapeRules.PublishAt(2), WireType.Pubrec), 4, 100);
        Assert.InRange(await AnsweredAsync(broker, TapeRules.AckOf(WireType.Pubrel), WireType.Pubcomp), 4, 100);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync(new WireConnack(0), version: MqttVersion.V311);
        for (byte i = 0; i < 2; i++)
        {
            await setup.Peer.SendAsync(new WirePublish("t", [i], 2, 5));
            Assert.Equal((WireType.Pubrec, 5), await NextAckAsync(setup));
            await setup.Peer.SendAsync(new WirePublish("t", [i], 2, 5) { Duplicate = true });
            Assert.Equal((WireType.Pubrec, 5), await NextAckAsync(setup));
            await setup.Peer.SendAsync(new WireAck(WireType.Pubrel, 5));
            Assert.Equal((WireType.Pubcomp, 5), await NextAckAsync(setup));
        }

        Assert.Equal([0, 1], setup.Receiver.Messages.Select(message => (int)message.Payload[0]));
    }

    [Theory, Clause311("4.4.0-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_4_4_0_1_ResumingSendsAgain(BrokerKind broker)
    {
        List<WirePublish>[] sent = PublishesOf(await ResumeAsync(broker));
        Assert.Equal(sent[0].Where(IsUnanswered).Select(p => (p.PayloadText, p.Id)), sent[1].Where(IsUnanswered).Select(p => (p.PayloadText, p.Id)));
        Assert.Equal(4, sent[1].Count(IsUnanswered));
    }

    [Theory, Clause311("4.5.0-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_4_5_0_2_EveryMessageIsAcknowledged(BrokerKind broker)
    {
        Tape tape = await ResumeAsync(broker);
        List<TapeEntry> last = tape.Of(tape.ConnectionsOf(ResumeScenario.Client311)[^1]);
        int[] delivered = [.. last.Where(e => !e.FromClient).Select(e => e.Packet).OfType<WirePublish>().Select(p => p.Id)];
        int[] answered = [.. last.Where(e => e.FromClient).Select(e => e.Packet).OfType<WireAck>()
            .Where(a => a.Type is WireType.Puback or WireType.Pubrec).Select(a => a.Id)];
        Assert.NotEmpty(delivered);
        Assert.Equal(delivered.Order(), answered.Order());
    }

    [Theory, Clause311("4.6.0-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_4_6_0_1_RepeatsKeepTheOrder(BrokerKind broker)
    {
        List<WirePublish>[] sent = PublishesOf(await ResumeAsync(broker));
        Assert.Equal(4, sent[0].Count(IsUnanswered));
        Assert.Equal(sent[0].Where(IsUnanswered).Select(p => p.PayloadText), sent[1].Where(IsUnanswered).Select(p => p.PayloadText));
    }

    [Theory, Clause311("4.6.0-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_4_6_0_2_PubacksKeepTheOrder(BrokerKind broker) =>
        Assert.InRange(await AnsweredAsync(broker, TapeRules.PublishAt(1), WireType.Puback), 4, 100);

    [Theory, Clause311("4.6.0-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes)]
    public async Task MQTT311_4_6_0_3_PubrecsKeepTheOrder(BrokerKind broker) =>
        Assert.InRange(await AnsweredAsync(broker, TapeRules.PublishAt(2), WireType.Pubrec), 4, 100);

    [Theory, Clause311("4.6.0-4")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes)]
    public async Task MQTT311_4_6_0_4_PubrelsKeepTheOrder(BrokerKind broker) =>
        Assert.InRange(await AnsweredAsync(broker, TapeRules.AckOf(WireType.Pubrec), WireType.Pubrel), 4, 100);

    private static async Task<(WireType Type, int Id)> NextAckAsync(ScriptedSetup setup)
    {
        WireAck ack = await setup.Peer.SkipToAsync<WireAck>();
        return (ack.Type, ack.Id);
    }

    private async Task<int> AnsweredAsync(BrokerKind broker, Func<WirePacket, int?> question, WireType answer)
    {
        Tape tape = await TourAsync(broker);
        return tape.AnswersInOrder(tape.ConnectionsOf(TourScenario.Full)[0], question, answer);
    }

    private static List<WirePublish>[] PublishesOf(Tape tape) =>
    [
        .. tape.ConnectionsOf(ResumeScenario.Client311).Select(c => tape.SentOn<WirePublish>(c)),
    ];

    private static bool IsUnanswered(WirePublish publish) => publish.PayloadText.StartsWith("unanswered", StringComparison.Ordinal);

    private Task<Tape> TourAsync(BrokerKind broker) => brokers.TourAsync(broker, MqttVersion.V311);

    private Task<Tape> ResumeAsync(BrokerKind broker) => brokers.ResumeAsync(broker, MqttVersion.V311);
}
