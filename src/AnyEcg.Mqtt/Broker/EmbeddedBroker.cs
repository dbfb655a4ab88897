using System.Net;
using System.Net.Sockets;

namespace AnyEcg.Mqtt;

/// <summary>A small MQTT 5 broker in this process: QoS 0 and 1, sessions, retained messages, Wills. Nothing is stored on disk.</summary>
public sealed class EmbeddedBroker : IAsyncDisposable
{
    /// <summary>Held for every connection: small, because devices are many and send little.</summary>
    private const int ReadSize = 16 * 1024;

    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(100);

    private readonly BrokerContext context;
    private readonly CancellationTokenSource stop = new();
    private TcpListener? listener;
    private Task running = Task.CompletedTask;
    private bool disposed;

    public EmbeddedBroker(EmbeddedBrokerOptions options, TimeProvider time)
    {
        context = new BrokerContext(options, time, new BrokerCounters());
        Core = new BrokerCore(context);
    }

    /// <summary>The port listened on, once started.</summary>
    public int Port { get; private set; }

    public BrokerCounters Counters => context.Counters;

    /// <summary>Sessions with and without a connection.</summary>
    public int SessionCount => Core.SessionCount;

    public int RetainedCount => Core.RetainedCount;

    internal BrokerCore Core { get; }

    /// <summary>Binds and starts to accept. Throws <see cref="SocketException"/> when the port is taken.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (listener is not null)
            throw new InvalidOperationException("started already");
        listener = new TcpListener(context.Options.Address, context.Options.Port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        running = Task.WhenAll(Task.Run(() => AcceptAsync(listener), CancellationToken.None), MaintainAsync());
        return Task.CompletedTask;
    }

    /// <summary>Messages that wait for a client, or for its acknowledgement.</summary>
    public int PendingOf(string clientId) => Core.PendingOf(clientId);

    /// <summary>Sends DISCONNECT 0x8B to the clients, closes, and forgets all sessions.</summary>
    public ValueTask DisposeAsync() => StopAsync(link =>
    {
        if (link.Session is not null)
            link.Outbound.Send(new DisconnectPacket(MqttReasonCode.ServerShuttingDown));
        link.End(MqttReasonCode.ServerShuttingDown, "the broker stops");
    });

    /// <summary>Drops all connections without a word, as a crash would.</summary>
    internal ValueTask CrashAsync() => StopAsync(link => link.Abort("the broker crashes"));

    private async ValueTask StopAsync(Action<BrokerLink> end)
    {
        if (disposed)
            return;
        disposed = true;
        await stop.CancelAsync().ConfigureAwait(false);
        listener?.Dispose();
        foreach (BrokerLink link in Core.Links())
            end(link);
        await running.ConfigureAwait(false);
        stop.Dispose();
    }

    private async Task AcceptAsync(TcpListener accepting)
    {
        HashSet<Task> serving = [];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Socket socket = await accepting.AcceptSocketAsync(stop.Token).ConfigureAwait(false);
                serving.RemoveWhere(task => task.IsCompletedSuccessfully);
                serving.Add(ServeAsync(socket));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                break;
            }
            catch (SocketException)
            {
                // A client that left before it was accepted, or no descriptors left: wait, so as not to spin.
                await Task.Delay(AcceptRetry, context.Time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(serving).ConfigureAwait(false);
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        EmbeddedBrokerOptions options = context.Options;
        PacketLink packets = new(
            new NetworkStream(socket, ownsSocket: true), options.MaxPacketSize, options.OutboundLimitPerClient, context.Time, ReadSize);
        BrokerLink link = new(packets, Core, context);
        if (!Core.TryAdd(link))
        {
            context.Counters.Add(BrokerCounters.Kind.ConnectionsRefused);
            link.Abort("too many connections");
        }

        if (stop.IsCancellationRequested)
            link.Abort("the broker stops");
        try
        {
            await link.RunAsync().ConfigureAwait(false);
        }
        finally
        {
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
