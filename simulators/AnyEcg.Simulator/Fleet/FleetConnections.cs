using AnyEcg.Mqtt;

namespace AnyEcg.Simulator;

/// <summary>The connections of a fleet: one for each device, with its Will, or some that the devices share.</summary>
internal sealed class FleetConnections : IAsyncDisposable
{
    /// <summary>Connects at a time: a listener's queue is short.</summary>
    private const int ConnectsAtATime = 64;

    private readonly FleetOptions options;
    private readonly IReadOnlyList<SimulatedDevice> devices;
    private readonly TimeProvider time;
    private readonly FleetNetwork network;
    private readonly FleetLink[] links;
    private readonly int widest;

    /// <param name="options">The broker and how many connections.</param>
    /// <param name="network">Where each device connects to.</param>
    /// <param name="devices">In the order of their indices.</param>
    /// <param name="time">Clock of the connections.</param>
    /// <param name="connect">Makes a connection, given client settings; null for real ones.</param>
    public FleetConnections(
        FleetOptions options, FleetNetwork network, IReadOnlyList<SimulatedDevice> devices, TimeProvider time, Func<MqttClientOptions, IMqttConnection>? connect)
    {
        this.network = network;
        this.options = options;
        this.devices = devices;
        this.time = time;
        connect ??= client => new MqttConnection(client, NoMessages.Instance, time);
        widest = Enumerable.Range(0, devices.Count).Max(i => options.StoreOf(i).Window);
        int count = options.Connections == 0 ? devices.Count : options.Connections;
        links = [.. Enumerable.Range(0, count).Select(i => new FleetLink(connect(Client(i))))];
    }

    /// <summary>The connection of a device.</summary>
    public FleetLink Of(int device) => links[device % links.Length];

    /// <summary>Tells the connections whom to call.</summary>
    public void Serve(IReadOnlyList<FleetDevice> running)
    {
        for (int i = 0; i < links.Length; i++)
        {
            int first = i;
            links[i].Serve(Enumerable.Range(0, (running.Count - first + links.Length - 1) / links.Length).Select(n => running[first + (n * links.Length)]));
        }
    }

    /// <exception cref="TimeoutException">Not all connected within <see cref="FleetOptions.ConnectTimeout"/>.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(options.ConnectTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await Parallel.ForEachAsync(
                links,
                new ParallelOptions { MaxDegreeOfParallelism = ConnectsAtATime, CancellationToken = either.Token },
                async (link, cancel) => await link.Connection.StartAsync(cancel).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No broker at {options.Host}:{options.Port} within {options.ConnectTimeout.TotalSeconds:0} s.");
        }
    }

    /// <summary>Disconnects in order; a connection that cannot be left within the budget is dropped when disposed.</summary>
    public async Task StopAsync(TimeSpan budget)
    {
        using CancellationTokenSource patience = new(budget, time);
        await Task.WhenAll(links.Select(link => link.Connection.StopAsync(keepSession: false, patience.Token)))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (FleetLink link in links)
            await link.Connection.DisposeAsync().ConfigureAwait(false);
    }

    private MqttClientOptions Client(int index)
    {
        bool own = options.Connections == 0;
        string name = own
            ? $"{devices[index].Options.Key.Group}-{devices[index].Options.Key.Stream}"
            : $"{devices[0].Options.Key.Group}-{options.Prefix}shared-{index + 1}";
        (string host, int port) = own ? network.Of(index) : (options.Host, options.Port);
        int sharing = (devices.Count / (own ? devices.Count : options.Connections)) + 1;
        return new MqttClientOptions
        {
            Host = host,
            Port = port,
            UseTls = options.UseTls,
            Certificates = options.Certificates,
            WebSocketPath = options.WebSocketPath,
            UserName = options.UserName,
            Password = options.Password,
            ClientId = $"device-{name}",
            CleanStart = true,
            SessionExpiry = TimeSpan.FromMinutes(5),
            KeepAlive = options.KeepAlive,
            ReconnectMin = options.ReconnectMin,
            ReconnectMax = options.ReconnectMax,

            // A window of frames and a few words of each device: the client never has to refuse.
            MaxPendingPublishes = Math.Max(65_536, sharing * (widest + 16)),

            // One connection has one Will: devices that share one have none.
            Will = own ? FleetLink.ToMqtt(devices[index].Offline, MqttQos.AtLeastOnce) : null,
        };
    }

    private sealed class NoMessages : IMqttReceiver
    {
        public static NoMessages Instance { get; } = new();

        public void OnMessage(in MqttInbound message)
        {
            // A simulated device subscribes to nothing.
        }
    }
}
