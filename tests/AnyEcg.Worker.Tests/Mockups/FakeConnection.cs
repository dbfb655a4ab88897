using AnyEcg.Mqtt;

namespace AnyEcg.Worker.Tests;

/// <summary>A connection without a broker: keeps what is published and acknowledged.</summary>
internal sealed class FakeConnection : IMqttConnection
{
    private readonly TaskCompletionSource completion = new();

    public event Action<MqttConnectionChange>? StateChanged;

    public MqttConnectionState State { get; private set; }

    public bool IsSubscribed => State == MqttConnectionState.Connected;

    public MqttCounters Counters { get; } = new();

    public Task Completion => completion.Task;

    public List<MqttMessage> Published { get; } = [];

    public Dictionary<MqttAckToken, MqttReasonCode> Acknowledged { get; } = [];

    /// <summary>Tokens in the order in which they were acknowledged.</summary>
    public List<MqttAckToken> AckOrder { get; } = [];

    /// <summary>Topics of which the broker refuses messages.</summary>
    public Predicate<string> Refuses { get; set; } = _ => false;

    /// <summary>Publishes complete when it does.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        State = MqttConnectionState.Connected;
        StateChanged?.Invoke(new MqttConnectionChange(State, false, MqttReasonCode.Success, "connected"));
        return Task.CompletedTask;
    }

    public Task SubscribeAsync(IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task UnsubscribeAsync(IReadOnlyList<string> filters, CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask PublishAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        Published.Add(message);
        await Gate.WaitAsync(cancellationToken);
        if (Refuses(message.Topic))
        {
            throw new MqttPublishException(MqttReasonCode.NotAuthorized, "refused");
        }
    }

    public void Acknowledge(MqttAckToken token, MqttReasonCode reasonCode = MqttReasonCode.Success)
    {
        Acknowledged.Add(token, reasonCode);
        AckOrder.Add(token);
    }

    /// <summary>Ends the connection as an exception in its receive loop would.</summary>
    public void Fail() => completion.TrySetException(new InvalidOperationException("A receiver threw."));

    public Task StopAsync(bool keepSession, CancellationToken cancellationToken)
    {
        completion.TrySetResult();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => default;
}
