using System.Text;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker.Tests;

/// <summary>A backend that asks over MQTT and waits for the answers.</summary>
internal sealed class Backend(MqttConnection connection, RecordingReceiver received) : IAsyncDisposable
{
    private const string Answers = OutputTopics.Answers + "backend";

    private byte asked;

    public static async Task<Backend> ConnectAsync(int port)
    {
        RecordingReceiver received = new();
        MqttConnection connection = await Clients.ConnectAsync(port, "backend", received);
        await connection.SubscribeAsync(Answers);
        return new Backend(connection, received);
    }

    /// <summary>Sends a request; the answer to it.</summary>
    public async Task<CommandAnswer> AskAsync(StreamKey key, string json)
    {
        asked++;
        await connection.PublishAsync(
            new MqttMessage
            {
                Topic = DeviceTopics.Command(key),
                Payload = Encoding.UTF8.GetBytes(json),
                Qos = MqttQos.AtLeastOnce,
                ResponseTopic = Answers,
                CorrelationData = new[] { asked },
            },
            Budget.Token);
        Received answer = await received.NextAsync();
        Assert.Equal([asked], answer.CorrelationData);
        Assert.Equal((Answers, false, CommandAnswer.ContentType), (answer.Topic, answer.Retain, answer.ContentType));
        return CommandAnswer.TryParse(answer.Payload)!;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
