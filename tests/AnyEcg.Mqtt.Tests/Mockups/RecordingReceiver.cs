using System.Text;
using System.Threading.Channels;

namespace AnyEcg.Mqtt.Tests;

/// <summary>A copy of one received message.</summary>
internal sealed record Received(
    string Topic, byte[] Payload, MqttQos Qos, bool Retain, bool Duplicate, MqttAckToken Ack)
{
    public string? ContentType { get; init; }

    public string? ResponseTopic { get; init; }

    public byte[] CorrelationData { get; init; } = [];

    public bool PayloadIsUtf8 { get; init; }

    public List<KeyValuePair<string, string>> UserProperties { get; init; } = [];

    public List<uint> SubscriptionIds { get; init; } = [];

    public string Text => Encoding.UTF8.GetString(Payload);
}

/// <summary>Keeps every message for the test to take, in order.</summary>
internal sealed class RecordingReceiver : IMqttReceiver
{
    private readonly Channel<Received> messages = Channel.CreateBounded<Received>(100_000);

    public int Count => messages.Reader.Count;

    public void OnMessage(in MqttInbound message)
    {
        Received received = new(
            message.Topic, message.Payload.ToArray(), message.Qos, message.Retain, message.Duplicate, message.Ack)
        {
            ContentType = message.ContentType,
            ResponseTopic = message.ResponseTopic,
            CorrelationData = message.CorrelationData.ToArray(),
            PayloadIsUtf8 = message.PayloadIsUtf8,
        };
        foreach (uint id in message.SubscriptionIds)
            received.SubscriptionIds.Add(id);
        foreach (MqttUserProperty property in message.UserProperties)
            received.UserProperties.Add(new(Encoding.UTF8.GetString(property.Name), Encoding.UTF8.GetString(property.Value)));
        Assert.True(messages.Writer.TryWrite(received));
    }

    public ValueTask<Received> NextAsync() => messages.Reader.ReadAsync(Budget.Token);

    public async Task<List<Received>> TakeAsync(int count)
    {
        List<Received> taken = [];
        while (taken.Count < count)
            taken.Add(await NextAsync());
        return taken;
    }

    public bool TryTake(out Received? received) => messages.Reader.TryRead(out received);
}
