using System.Text;

namespace AnyEcg.Mqtt.Tests;

public sealed class MqttConnectionTests
{
    [Fact]
    public async Task Publish_AllProperties_ArriveUnchanged()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await RoundTripAsync(broker.Port);
    }

    [MosquittoFact]
    public async Task Publish_AllPropertiesThroughMosquitto_ArriveUnchanged()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync(Budget.Token);
        await RoundTripAsync(server.Port);
    }

    private static async Task RoundTripAsync(int port)
    {
        RecordingReceiver receiver = new();
        await using MqttConnection subscriber = await Clients.ConnectAsync(port, "sub", receiver);
        await using MqttConnection publisher = await Clients.ConnectAsync(port, "pub");
        await subscriber.SubscribeAsync("a/+/c");
        MqttMessage sent = Clients.Text("a/b/c", "{\"x\":1}") with
        {
            ContentType = "application/json",
            ResponseTopic = "answers/1",
            CorrelationData = new byte[] { 1, 2, 3 },
            PayloadIsUtf8 = true,
            MessageExpiry = TimeSpan.FromMinutes(1),
            UserProperties = [new("k", "v1"), new("k", "v2"), new("ü", "")],
        };
        await publisher.PublishAsync(sent, Budget.Token);
        Received got = await receiver.NextAsync();
        subscriber.Acknowledge(got.Ack);
        Assert.Equal("a/b/c", got.Topic);
        Assert.Equal("{\"x\":1}", got.Text);
        Assert.Equal(MqttQos.AtLeastOnce, got.Qos);
        Assert.Equal("application/json", got.ContentType);
        Assert.Equal("answers/1", got.ResponseTopic);
        Assert.Equal(new byte[] { 1, 2, 3 }, got.CorrelationData);
        Assert.True(got.PayloadIsUtf8);
        Assert.Equal(sent.UserProperties, got.UserProperties);
        await publisher.StopAsync(false, Budget.Token);
        await subscriber.StopAsync(false, Budget.Token);
    }
}
