using System.Net.Sockets;

namespace AnyEcg.Mqtt;

/// <summary>
/// A small MQTT broker in this process, for demo, development and tests: versions 5.0 and 3.1.1, QoS 0 to 2, sessions, retained
/// messages, Wills, shared subscriptions; TCP, TLS, WebSocket. Nothing is stored on disk.
/// </summary>
public sealed class EmbeddedBroker : IAsyncDisposable
{
    /// <summary>Held for every connection: small, because devices are many and send little.</summary>
    private const int ReadSize = 16 * 1024;

    private readonly BrokerContext context;
    private readonly CancellationTokenSource stop = new();
    private readonly List<BrokerListener> listeners = [];
    private Task running = Task.CompletedTask;
    private bool disposed;

    /// <summary>Throws <see cref="ArgumentException"/> at the first setting that cannot work.</summary>
    public EmbeddedBroker(EmbeddedBrokerOptions options, TimeProvider time)
    {
        options.Validate();
        context = new BrokerContext(options, time);
        Core = new BrokerCore(context);
    }

    /// <summary>The first port listened on, once started.</summary>
    public int Port => Ports[0];

    /// <summary>
    /// All ports listened on, once started: the plain one, where there is one, and those of
    /// <see cref="EmbeddedBrokerOptions.Listeners"/> in their order.
    /// </summary>
    public IReadOnlyList<int> Ports { get; private set; } = [];

    public BrokerCounters Counters => context.Counters;

    /// <summary>Sessions with and without a connection.</summary>
    public int SessionCount => Core.SessionCount;

    public int RetainedCount => Core.RetainedCount;

    internal BrokerCore Core { get; }

    /// <summary>Binds and starts to accept. Throws <see cref="SocketException"/> when a port is taken.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (listeners.Count > 0)
            throw new InvalidOperationException("started already");
        foreach (BrokerListenerOptions options in context.Options.AllListeners())
            listeners.Add(new BrokerListener(options, context));
        Ports = [.. listeners.Select(listener => listener.Port)];
        running = Task.WhenAll([.. listeners.Select(RunAsync), MaintainAsync()]);
        return Task.CompletedTask;
    }

    /// <summary>Messages that wait for a client, or for its acknowledgement.</summary>
    public int PendingOf(string clientId) => Core.PendingOf(clientId);

    /// <summary>Sends DISCONNECT 0x8B to the clients, closes, and forgets all sessions.</summary>
    public ValueTask DisposeAsync() => StopAsync(link => link.Close(MqttReasonCode.ServerShuttingDown, "the broker stops"));

    /// <summary>Drops all connections without a word, as a crash would.</summary>
    internal ValueTask CrashAsync() => StopAsync(link => link.Abort("the broker crashes"));

    private async ValueTask StopAsync(Action<BrokerLink> end)
    {
        if (disposed)
            return;
        disposed = true;
        await stop.CancelAsync().ConfigureAwait(false);
        foreach (BrokerListener listener in listeners)
            listener.Dispose();
        foreach (BrokerLink link in Core.Links())
            end(link);
        await running.ConfigureAwait(false);
        stop.Dispose();
    }

    private Task RunAsync(BrokerListener listener) => Task.Run(() => listener.RunAsync(ServeAsync, stop.Token), CancellationToken.None);

    private async Task ServeAsync(Stream stream)
    {
        EmbeddedBrokerOptions options = context.Options;
        PacketLink packets = new(stream, options.MaxPacketSize, options.OutboundLimitPerClient, context.Time, ReadSize);
        BrokerLink link = new(packets, Core, context);
        Core.Add(link);
        if (stop.IsCancellationRequested)
            link.Abort("the broker stops");
        try
        {
            await link.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            context.Places.Leave();
            Core.Remove(link);
        }
    }

    private async Task MaintainAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            Core.Maintain();
            await Task.Delay(context.Options.MaintenanceInterval, context.Time, stop.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
