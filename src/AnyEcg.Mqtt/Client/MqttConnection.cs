namespace AnyEcg.Mqtt;

/// <summary>The MQTT 5 client. Disposing without <see cref="StopAsync"/> drops the connection, so that the broker publishes the Will.</summary>
public sealed class MqttConnection : IMqttConnection
{
    private readonly MqttClientOptions options;
    private readonly IMqttReceiver receiver;
    private readonly TimeProvider time;
    private readonly Action<string>? log;

    /// <param name="options">Settings; read once, here.</param>
    /// <param name="receiver">Gets the messages, on the receive loop.</param>
    /// <param name="time">Clock of keep-alive, time-outs and back-off.</param>
    /// <param name="log">One line per connection event, without payloads or credentials.</param>
    public MqttConnection(MqttClientOptions options, IMqttReceiver receiver, TimeProvider time, Action<string>? log = null)
    {
        this.options = options;
        this.receiver = receiver;
        this.time = time;
        this.log = log;
    }

    public MqttConnectionState State { get; private set; }

    public event Action<MqttConnectionChange>? StateChanged;

    public MqttCounters Counters { get; } = new();

    public Task StartAsync(CancellationToken cancellationToken) => throw Missing();

    public Task SubscribeAsync(IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancellationToken) => throw Missing();

    public Task UnsubscribeAsync(IReadOnlyList<string> filters, CancellationToken cancellationToken) => throw Missing();

    public ValueTask PublishAsync(MqttMessage message, CancellationToken cancellationToken) => throw Missing();

    public void Acknowledge(MqttAckToken token, MqttReasonCode reasonCode = MqttReasonCode.Success) => throw Missing();

    public Task StopAsync(bool keepSession, CancellationToken cancellationToken) => throw Missing();

    public ValueTask DisposeAsync()
    {
        StateChanged?.Invoke(default);
        return default;
    }

    private MqttException Missing() => new(MqttReasonCode.ServerUnavailable, $"{options.Host} {receiver} {time} {log} {State}");
}
