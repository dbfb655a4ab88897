using WP = AnyEcg.Mqtt.Conformance.Tests.WireProperties;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>MQTT 5.0, sections 3.3 and 4.3: exchanges that only a server under control of the test can bring about.</summary>
public sealed class ScriptedQosClauseTests
{
    [Theory, Clause("3.3.2-10")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_3_3_2_10_AllOfItsAliasesAreAccepted(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync(new WireConnack(0), options => options.TopicAliasMaximum = 3);
        Assert.Equal(3, setup.Connect.Number(WP.TopicAliasMaximum));
        for (int i = 1; i <= 3; i++)
            await setup.Peer.SendAsync(new WirePublish($"topic/{i}", [1]) { Properties = [new(WP.TopicAlias, i)] });
        for (int i = 1; i <= 3; i++)
            await setup.Peer.SendAsync(new WirePublish("", [2]) { Properties = [new(WP.TopicAlias, i)] });
        await setup.Receiver.HasAsync(_ => true, 6);
        Assert.Equal(["topic/1", "topic/2", "topic/3"], setup.Receiver.Messages.Skip(3).Select(message => message.Topic));
    }

    [Theory, Clause("3.3.2-7")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_3_3_2_7_ReceivedAliasesEndWithTheConnection(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync(new WireConnack(0), options => options.TopicAliasMaximum = 3);
        await setup.Peer.SendAsync(new WirePublish("known", [1]) { Properties = [new(WP.TopicAlias, 1)] });
        await setup.Receiver.HasAsync(_ => true);
        await setup.ReconnectAsync(new WireConnack(0, SessionPresent: true));
        await setup.Peer.SendAsync(new WirePublish("", [2]) { Properties = [new(WP.TopicAlias, 1)] });
        await setup.ExpectCloseAsync(0x82);
        Assert.Single(setup.Receiver.Messages);
    }

    [Theory, Clause("4.3.2-5")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_4_3_2_5_AfterPubackTheIdIsNew(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync();
        for (int i = 0; i < 2; i++)
        {
            await setup.Peer.SendAsync(new WirePublish("t", [(byte)i], 1, 5) { Duplicate = i > 0 });
            Assert.Equal((WireType.Puback, 5), await NextAckAsync(setup));
        }

        Assert.Equal([0, 1], setup.Receiver.Messages.Select(message => (int)message.Payload[0]));
    }

    [Theory, Clause("4.3.3-7")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_4_3_3_7_NoExpiryOnceSent(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync();
        MqttMessage message = new() { Topic = "t", Qos = MqttQos.ExactlyOnce, MessageExpiry = TimeSpan.Zero };
        Task publishing = setup.Client.PublishAsync(message, Budget.Token).AsTask();
        WirePublish sent = await setup.ExpectPublishAsync();
        Assert.Equal(0, sent.Number(WP.MessageExpiry));
        await setup.ReconnectAsync(new WireConnack(0, SessionPresent: true));
        WirePublish again = await setup.ExpectPublishAsync();
        Assert.Equal((sent.Id, true), (again.Id, again.Duplicate));
        await setup.Peer.SendAsync(new WireAck(WireType.Pubrec, sent.Id));
        await setup.Peer.SkipToAsync<WireAck>();
        await setup.Peer.SendAsync(new WireAck(WireType.Pubcomp, sent.Id));
        await publishing;
    }

    [Theory, Clause("4.3.3-9")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_4_3_3_9_AfterARefusalTheIdIsNew(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync();
        setup.Receiver.Reason = MqttReasonCode.QuotaExceeded;
        for (int i = 0; i < 2; i++)
        {
            await setup.Peer.SendAsync(new WirePublish("t", [(byte)i], 2, 5));
            WireAck ack = await setup.Peer.ExpectAsync<WireAck>();
            Assert.Equal((WireType.Pubrec, 5, 0x97), (ack.Type, ack.Id, ack.Reason));
        }

        Assert.Equal([0, 1], setup.Receiver.Messages.Select(message => (int)message.Payload[0]));
    }

    [Theory, Clause("4.3.3-10")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_4_3_3_10_RepeatsAreNotDelivered(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync();
        await setup.Peer.SendAsync(new WirePublish("t", [1], 2, 5));
        Assert.Equal((WireType.Pubrec, 5), await NextAckAsync(setup));
        await setup.ReconnectAsync(new WireConnack(0, SessionPresent: true));
        await setup.Peer.SendAsync(new WirePublish("t", [1], 2, 5) { Duplicate = true });
        Assert.Equal((WireType.Pubrec, 5), await NextAckAsync(setup));
        await ReleaseAsync(setup);
        Assert.Single(setup.Receiver.Messages);
    }

    [Theory, Clause("4.3.3-12")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_4_3_3_12_AfterPubcompTheIdIsNew(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync();
        for (int i = 0; i < 2; i++)
        {
            await setup.Peer.SendAsync(new WirePublish("t", [(byte)i], 2, 5));
            Assert.Equal((WireType.Pubrec, 5), await NextAckAsync(setup));
            await ReleaseAsync(setup);
        }

        Assert.Equal([0, 1], setup.Receiver.Messages.Select(message => (int)message.Payload[0]));
    }

    [Theory, Clause("4.3.3-13")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_4_3_3_13_ExpiredMessagesAreFinished(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync();
        await setup.Peer.SendAsync(new WirePublish("t", [1], 2, 5) { Properties = [new(WP.MessageExpiry, 0)] });
        Assert.Equal((WireType.Pubrec, 5), await NextAckAsync(setup));
        await ReleaseAsync(setup);
    }

    [Theory, Clause("3.4.2-2", "3.4.2-3", "3.5.2-2", "3.5.2-3", "3.7.2-2", "3.7.2-3")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_3_4_2_2_to_3_7_2_3_AnswersStayBelowTheMaximumPacketSize(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync(new WireProperty(WP.MaximumPacketSize, 20));
        setup.Receiver.Reason = MqttReasonCode.QuotaExceeded;
        await setup.Peer.SendAsync(new WirePublish("t", [1], 1, 4));
        await setup.Peer.SendAsync(new WirePublish("t", [1], 2, 5));
        await setup.Peer.SendAsync(new WireAck(WireType.Pubrel, 77));
        WireAck[] answers = [await AckAsync(setup), await AckAsync(setup), await AckAsync(setup)];
        Assert.Equal(
            [(WireType.Puback, 4, 0x97), (WireType.Pubrec, 5, 0x97), (WireType.Pubcomp, 77, 0x92)],
            answers.OrderBy(ack => ack.Id).Select(ack => (ack.Type, ack.Id, ack.Reason)));
        Assert.All(answers, ack => Assert.Empty(ack.Properties));
        Assert.All(answers, ack => Assert.InRange(ack.Size, 4, 20));
    }

    [Theory, Clause("3.6.2-2", "3.6.2-3")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_3_6_2_2_and_3_6_2_3_PubrelStaysBelowTheMaximumPacketSize(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync(new WireProperty(WP.MaximumPacketSize, 20));
        await setup.Peer.SendAsync(new WireAck(WireType.Pubrec, 77));
        WireAck release = await AckAsync(setup);
        Assert.Equal((WireType.Pubrel, 77, 0x92), (release.Type, release.Id, release.Reason));
        Assert.Empty(release.Properties);
        Assert.InRange(release.Size, 4, 20);
    }

    private static Task<WireAck> AckAsync(ScriptedSetup setup) => setup.Peer.SkipToAsync<WireAck>();

    private static async Task<(WireType Type, int Id)> NextAckAsync(ScriptedSetup setup)
    {
        WireAck ack = await AckAsync(setup);
        return (ack.Type, ack.Id);
    }

    private static async Task ReleaseAsync(ScriptedSetup setup)
    {
        await setup.Peer.SendAsync(new WireAck(WireType.Pubrel, 5));
        Assert.Equal((WireType.Pubcomp, 5), await NextAckAsync(setup));
    }
}
