namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>MQTT 5.0, section 3.3: what the client publishes.</summary>
[Collection(BrokerCollection.Name)]
public sealed class PublishClauseTests(BrokerFixture brokers)
{
    [Theory, Clause("3.3.1-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_3_1_1_RepeatsAreMarked(BrokerKind broker)
    {
        Tape tape = await brokers.ResumeAsync(broker);
        int second = tape.ConnectionsOf(ResumeScenario.Client)[1];
        List<WirePublish> repeats = [.. tape.SentOn<WirePublish>(second)
            .Where(p => p.PayloadText.StartsWith("unanswered", StringComparison.Ordinal))];
        Assert.Equal(4, repeats.Count);
        Assert.All(repeats, publish => Assert.True(publish.Duplicate));
    }

    [Theory, Clause("3.3.1-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_3_1_2_Qos0IsNeverADuplicate(BrokerKind broker) => Assert.All(
        (await brokers.TourAsync(broker)).WellFormed<WirePublish>(publish => publish.Qos == 0),
        publish => Assert.False(publish.Duplicate));

    [Theory, Clause("3.3.1-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_3_1_3_OnlyRepeatsAreMarked(BrokerKind broker)
    {
        Tape tape = await brokers.ResumeAsync(broker);
        HashSet<string> seen = [];
        foreach (WirePublish publish in tape.ConnectionsOf(ResumeScenario.Client).SelectMany(tape.Of)
            .Where(e => e.FromClient).Select(e => e.Packet).OfType<WirePublish>())
            Assert.Equal(!seen.Add(publish.PayloadText), publish.Duplicate);
        Assert.Contains("after", seen);
    }

    [Theory, Clause("3.3.1-4")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_3_1_4_NoQos3(BrokerKind broker)
    {
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        await using MqttConnection client = await Clients.ConnectAsync(tap.Port);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.PublishAsync("t", "x", (MqttQos)3));
        await client.PublishAsync("t", "y");
        Assert.Single(tap.Tape.WellFormed<WirePublish>());
    }

    [Theory, Clause("3.3.2-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_3_2_1_TopicComesFirst(BrokerKind broker)
    {
        string[] topics = [.. (await brokers.TourAsync(broker)).WellFormed<WirePublish>().Select(p => p.Topic).Distinct()];
        Assert.Equal(["tour/all/order", "tour/plain", TourScenario.Exotic], topics.Order(StringComparer.Ordinal));
    }

    [Theory, Clause("3.3.2-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_3_2_2_TopicHasNoWildcards(BrokerKind broker) => await AssertTopicsRefusedAsync(broker, "a/+", "#", "a+b", "a/#/b");

    [Theory, Clause("3.3.2-13")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_3_2_13_ResponseTopicIsText(BrokerKind broker) => Assert.Contains(
        (await brokers.TourAsync(broker)).WellFormed<WirePublish>(),
        publish => publish.Text(WireProperties.ResponseTopic) == "tour/answers/\u20ac");

    [Theory, Clause("3.3.2-14")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_3_2_14_ResponseTopicHasNoWildcards(BrokerKind broker)
    {
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        await using MqttConnection client = await Clients.ConnectAsync(tap.Port);
        foreach (string bad in new[] { "a/+", "#" })
            await Assert.ThrowsAnyAsync<ArgumentException>(
                () => client.PublishAsync(new MqttMessage { Topic = "t", ResponseTopic = bad }, Budget.Token).AsTask());
        await client.PublishAsync(new MqttMessage { Topic = "t", ResponseTopic = "a", Qos = MqttQos.AtLeastOnce }, Budget.Token);
        Assert.Equal("a", Assert.Single(tap.Tape.WellFormed<WirePublish>()).Text(WireProperties.ResponseTopic));
    }

    [Theory, Clause("3.3.2-19")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_3_2_19_ContentTypeIsText(BrokerKind broker) => Assert.Contains(
        (await brokers.TourAsync(broker)).WellFormed<WirePublish>(),
        publish => publish.Text(WireProperties.ContentType) == "text/plain; \u00fc");

    [Theory, Clause("3.3.4-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_3_4_1_AnsweredAsQosDemands(BrokerKind broker)
    {
        Tape tape = await brokers.TourAsync(broker);
        for (int qos = 0; qos <= 2; qos++)
            Assert.NotEmpty(tape.Received<WirePublish>(publish => publish.Qos == qos));
        Assert.Equal(tape.Received<WirePublish>(p => p.Qos == 1).Count, tape.WellFormed<WireAck>(a => a.Type == WireType.Puback).Count);
        Assert.Equal(tape.Received<WirePublish>(p => p.Qos == 2).Count, tape.WellFormed<WireAck>(a => a.Type == WireType.Pubrec).Count);
    }

    [Theory, Clause("3.3.4-6")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_3_4_6_NoSubscriptionIdentifier(BrokerKind broker) => Assert.All(
        (await brokers.TourAsync(broker)).WellFormed<WirePublish>(),
        publish => Assert.False(publish.Has(WireProperties.SubscriptionIdentifier)));

    [Theory, Clause("4.7.0-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_7_0_1_WildcardsAreForFiltersOnly(BrokerKind broker)
    {
        await AssertTopicsRefusedAsync(broker, "+", "#", "x/+/y");
        IEnumerable<WireFilter> filters = (await brokers.TourAsync(broker)).WellFormed<WireSubscribe>().SelectMany(s => s.Filters);
        Assert.Contains(filters, filter => filter.Filter.Contains('+', StringComparison.Ordinal));
    }

    [Theory, Clause("4.7.3-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_7_3_1_TopicsAreNotEmpty(BrokerKind broker)
    {
        await AssertTopicsRefusedAsync(broker, "");
        await AssertFiltersRefusedAsync(broker, "");
    }

    [Theory, Clause("4.7.3-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_7_3_2_TopicsHaveNoNull(BrokerKind broker)
    {
        await AssertTopicsRefusedAsync(broker, "a\0");
        await AssertFiltersRefusedAsync(broker, "\0/#");
    }

    [Theory, Clause("4.7.3-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_7_3_3_TopicsAreAtMost65535Bytes(BrokerKind broker)
    {
        string tooLong = new('\u00e9', 32_768);
        await AssertTopicsRefusedAsync(broker, tooLong);
        await AssertFiltersRefusedAsync(broker, tooLong);
    }

    [Theory, Clause("4.7.1-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_7_1_1_HashIsLastAndAlone(BrokerKind broker) => await AssertFiltersRefusedAsync(broker, "a#", "a/#/b", "a/b#");

    [Theory, Clause("4.7.1-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_7_1_2_PlusIsAlone(BrokerKind broker) => await AssertFiltersRefusedAsync(broker, "a+", "+a/b", "a/b+/c");

    [Theory, Clause("4.8.2-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_8_2_1_ShareHasAName(BrokerKind broker) => await AssertFiltersRefusedAsync(broker, "$share//a", "$share/");

    [Theory, Clause("4.8.2-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_4_8_2_2_ShareNameIsPlainAndFollowedByAFilter(BrokerKind broker) =>
        await AssertFiltersRefusedAsync(broker, "$share/g", "$share/g/", "$share/g+/a", "$share/#/a", "$share/+/a");

    private async Task AssertTopicsRefusedAsync(BrokerKind broker, params string[] topics)
    {
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        await using MqttConnection client = await Clients.ConnectAsync(tap.Port);
        foreach (string topic in topics)
            await Assert.ThrowsAnyAsync<ArgumentException>(() => client.PublishAsync(topic, "x"));
        await client.PublishAsync("fine", "x");
        Assert.Equal("fine", Assert.Single(tap.Tape.WellFormed<WirePublish>()).Topic);
    }

    private async Task AssertFiltersRefusedAsync(BrokerKind broker, params string[] filters)
    {
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        await using MqttConnection client = await Clients.ConnectAsync(tap.Port);
        foreach (string filter in filters)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => client.SubscribeAsync(filter));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => client.UnsubscribeAsync([filter], Budget.Token));
        }

        await client.SubscribeAsync("fine/+/#");
        Assert.Equal("fine/+/#", Assert.Single(Assert.Single(tap.Tape.WellFormed<WireSubscribe>()).Filters).Filter);
        Assert.Empty(tap.Tape.Sent<WireUnsubscribe>());
    }
}
