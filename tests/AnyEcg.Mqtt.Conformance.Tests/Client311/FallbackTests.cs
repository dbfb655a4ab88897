namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>A client that may choose speaks 5, and 3.1.1 with those who know no better, each of whom says so in a way of its own.</summary>
[Collection(BrokerCollection.Name)]
public sealed class FallbackTests(BrokerFixture brokers)
{
    [Theory]
    [On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task Connect_Auto_SpeaksTheNewestThatTheBrokerKnows(BrokerKind broker)
    {
        bool isOld = broker is BrokerKind.Aedes or BrokerKind.RabbitMq;
        MqttClientOptions options = Clients.Options(await brokers.PortAsync(broker), "fallback");
        options.ProtocolVersion = MqttVersionChoice.Auto;
        RecordingReceiver receiver = new();
        await using MqttConnection client = new(options, receiver, TimeProvider.System);
        MqttVersion? version = null;
        client.StateChanged += change => version = change.Version ?? version;
        await client.StartAsync(Budget.Token);
        Assert.Equal(isOld ? MqttVersion.V311 : MqttVersion.V5, version);
        Assert.Equal(isOld ? 1 : 0, client.Counters.ProtocolFallbacks);
        await client.SubscribeAsync([new MqttSubscription("fallback/t")], Budget.Token);
        await client.PublishAsync(new MqttMessage { Topic = "fallback/t", Payload = "x"u8.ToArray(), Qos = MqttQos.AtLeastOnce }, Budget.Token);
        Received got = await receiver.NextAsync();
        client.Acknowledge(got.Ack);
        Assert.Equal("x"u8.ToArray(), got.Payload);
        await client.StopAsync(keepSession: false, Budget.Token);
    }
}
