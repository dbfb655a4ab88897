namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>What only a real RabbitMQ does, and the client has to bear.</summary>
[Collection(BrokerCollection.Name)]
public sealed class RabbitMqTests(BrokerFixture brokers)
{
    [Theory]
    [On(BrokerKind.RabbitMq)]
    public async Task PublishAsync_Qos2AnsweredByPuback_Completes(BrokerKind broker)
    {
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        MqttClientOptions options = Clients.Options(tap.Port, "downgraded");
        options.ProtocolVersion = MqttVersionChoice.V311;
        options.SessionExpiry = TimeSpan.Zero;
        await using MqttConnection client = await Clients.ConnectAsync(options);
        await client.PublishAsync("t", "1", MqttQos.ExactlyOnce);
        await client.PublishAsync("t", "2", MqttQos.ExactlyOnce);
        Assert.Equal([2, 2], tap.Tape.WellFormed<WirePublish>().Select(publish => publish.Qos));
        Assert.All(tap.Tape.Received<WireAck>(), ack => Assert.Equal(WireType.Puback, ack.Type));
        Assert.Single(tap.Tape.Sent<WireConnect>());
    }
}
