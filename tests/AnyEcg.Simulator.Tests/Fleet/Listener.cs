using System.Collections.Concurrent;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;

namespace AnyEcg.Simulator.Tests;

/// <summary>A subscriber beside the worker's place: keeps what came on the device topics.</summary>
internal sealed class Listener : IMqttReceiver
{
    private IMqttConnection? connection;

    public ConcurrentQueue<(InputTopic Topic, byte[] Payload, string? ContentType)> Messages { get; } = new();

    public static async Task<(Listener Listener, MqttConnection Connection)> StartAsync(int port, CancellationToken cancellationToken)
    {
        Listener listener = new();
        MqttConnection connection = new(new MqttClientOptions { Port = port, ClientId = "listener" }, listener, TimeProvider.System);
        listener.connection = connection;
        await connection.StartAsync(cancellationToken);
        await connection.SubscribeAsync([.. SubscriptionFilter.For([]).Select(f => new MqttSubscription(f.Filter))], cancellationToken);
        return (listener, connection);
    }

    public void OnMessage(in MqttInbound message)
    {
        if (InputTopic.TryParse(message.Topic, out InputTopic topic) == TopicRejection.None)
            Messages.Enqueue((topic, message.Payload.ToArray(), message.ContentType));
        connection!.Acknowledge(message.Ack);
    }

    public int Count(InputKind kind) => Messages.Count(m => m.Topic.Kind == kind);
}
