using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AnyEcg.Simulator;

/// <summary>
/// A TCP proxy on the loopback address that does to its connections what bad networks do: see <see cref="NetworkFaults"/> and
/// <see cref="ConnectionCut"/>. Buffers 128 KiB for each direction of a connection at most. All members may be called from any thread.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly FaultProxyOptions options;
    private readonly ProxyContext context;
    private readonly ConcurrentDictionary<int, ProxyConnection> connections = new();
    private readonly CancellationTokenSource stop = new();
    private readonly TcpListener listener;
    private readonly Random random;
    private Task running = Task.CompletedTask;
    private int number;
    private bool disposed;

    public FaultProxy(FaultProxyOptions options, TimeProvider time)
    {
        this.options = options;
        context = new ProxyContext(new FaultSwitch(), new ProxyCounters(), time);
        listener = new TcpListener(IPAddress.Loopback, options.Port);
        random = new Random(options.Seed);
    }

    public ProxyCounters Counters => context.Counters;

    /// <summary>The port listened on, once started.</summary>
    public int Port { get; private set; }

    /// <summary>Connections that stand at present, half-open ones included.</summary>
    public int Connections => connections.Count;

    /// <summary>What holds from now on, also for what is already on its way through the proxy.</summary>
    public NetworkFaults Faults
    {
        get => context.Switch.Faults;
        set => context.Switch.Set(value);
    }

    /// <summary>Throws <see cref="SocketException"/> when the port is taken.</summary>
    public void Start()
    {
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        running = Task.Run(AcceptAsync);
    }

    /// <summary>Breaks each standing connection with a probability, drawn from the proxy's seed. Returns how many.</summary>
    public int Cut(ConnectionCut how, double share = 1)
    {
        int count = 0;
        foreach ((_, ProxyConnection connection) in connections.OrderBy(c => c.Key))
        {
            bool chosen;
            lock (random)
                chosen = random.NextDouble() < share;
            if (chosen && connection.Cut(how))
                count++;
        }

        return count;
    }

    /// <summary>Resets all connections and closes the port.</summary>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        await stop.CancelAsync().ConfigureAwait(false);
        listener.Dispose();
        foreach (ProxyConnection connection in connections.Values)
            connection.End();
        await running.ConfigureAwait(false);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        HashSet<Task> serving = [];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Socket client = await listener.AcceptSocketAsync(stop.Token).ConfigureAwait(false);
                serving.RemoveWhere(task => task.IsCompleted);
                serving.Add(ServeAsync(client, ++number));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                break;
            }
            catch (SocketException)
            {
                // A client that left before it was accepted.
            }
        }

        await Task.WhenAll(serving).ConfigureAwait(false);
    }

    private async Task ServeAsync(Socket client, int id)
    {
        if (Faults.RefuseConnections || connections.Count >= options.MaxConnections)
        {
            context.Counters.Refuse();
            ProxyConnection.Abort(client);
            return;
        }

        if (await ConnectAsync(client).ConfigureAwait(false) is not { } target)
            return;
        client.NoDelay = true;
        using ProxyConnection connection = new(client, target, context, unchecked((options.Seed * 7919) + id));
        connections[id] = connection;
        context.Counters.Accept();
        if (stop.IsCancellationRequested)
            connection.End();
        await connection.RunAsync().ConfigureAwait(false);
        connections.TryRemove(id, out _);
    }

    private async Task<Socket?> ConnectAsync(Socket client)
    {
        Socket target = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await target.ConnectAsync(options.TargetHost, options.TargetPort, stop.Token).ConfigureAwait(false);
            return target;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            context.Counters.Miss();
            target.Dispose();
            ProxyConnection.Abort(client);
            return null;
        }
    }
}

/// <summary>Settings of a proxy.</summary>
public sealed record FaultProxyOptions
{
    public string TargetHost { get; init; } = "127.0.0.1";

    public required int TargetPort { get; init; }

    /// <summary>0: any free port.</summary>
    public int Port { get; init; }

    /// <summary>Further connections are refused and counted.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>Of jitter and of the choice which connections are cut.</summary>
    public int Seed { get; init; } = 1;
}
