using AnyEcg.Mqtt;

namespace AnyEcg.Simulator;

/// <summary>
/// Many devices on one or many connections. Opens the records at once, so that a bad one fails before anything is sent; run once.
/// </summary>
public sealed class SimulatedFleet : IAsyncDisposable
{
    private readonly FleetOptions options;
    private readonly TimeProvider time;
    private readonly RecordingDevice[] devices;
    private readonly IMqttConnection[] connections;

    /// <exception cref="ArgumentException">Settings out of range; the message names all faults.</exception>
    /// <exception cref="AnyEcg.Recordings.RecordingFormatException">A record is damaged or no ECG.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public SimulatedFleet(FleetOptions options, TimeProvider time)
        : this(options, time, null)
    {
    }

    /// <param name="options">Validated here.</param>
    /// <param name="time">Clock of pacing and connections.</param>
    /// <param name="connect">Makes the connections, given client settings; null for real ones.</param>
    internal SimulatedFleet(FleetOptions options, TimeProvider time, Func<MqttClientOptions, IMqttConnection>? connect)
    {
        IReadOnlyList<string> faults = options.Validate();
        if (faults.Count > 0)
            throw new ArgumentException(string.Join("; ", faults), nameof(options));
        this.options = options;
        this.time = time;
        connect ??= client => new MqttConnection(client, NoMessages.Instance, time);

        List<RecordingDevice> opened = new(options.Devices);
        try
        {
            for (int i = 0; i < options.Devices; i++)
                opened.Add(new RecordingDevice(options.DeviceAt(i), time));
        }
        catch
        {
            opened.ForEach(device => device.Dispose());
            throw;
        }

        devices = [.. opened];
        int count = options.Connections == 0 ? devices.Length : options.Connections;
        connections = [.. Enumerable.Range(0, count).Select(i => connect(Client(i)))];
    }

    public FleetCounters Counters { get; } = new();

    public IReadOnlyList<RecordingDevice> Devices => devices;

    /// <summary>
    /// Connects, plays, says goodbye and disconnects. Returns when all devices are done or the duration is over; cancelling ends it
    /// in the same orderly way.
    /// </summary>
    /// <exception cref="TimeoutException">No connection within <see cref="FleetOptions.ConnectTimeout"/>.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await ConnectAsync(cancellationToken).ConfigureAwait(false);
        DevicePublisher[] publishers =
            [.. devices.Select((device, i) => new DevicePublisher(device, connections[i % connections.Length], options.Qos, Counters))];

        using CancellationTokenSource over = options.Duration is { } duration ? new(duration, time) : new();
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        await Task.WhenAll(publishers.Select(publisher => Task.Run(() => publisher.RunAsync(end.Token), CancellationToken.None))).ConfigureAwait(false);

        using CancellationTokenSource goodbye = new(TimeSpan.FromSeconds(5), time);
        if (end.IsCancellationRequested)
            await Task.WhenAll(publishers.Select(publisher => publisher.LeaveAsync(goodbye.Token))).ConfigureAwait(false);
        await Task.WhenAll(connections.Select(connection => connection.StopAsync(keepSession: false, goodbye.Token))).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IMqttConnection connection in connections)
            await connection.DisposeAsync().ConfigureAwait(false);
        foreach (RecordingDevice device in devices)
            device.Dispose();
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(options.ConnectTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await Task.WhenAll(connections.Select(connection => connection.StartAsync(either.Token))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No broker at {options.Host}:{options.Port} within {options.ConnectTimeout.TotalSeconds:0} s.");
        }
    }

    private MqttClientOptions Client(int index)
    {
        bool own = options.Connections == 0;
        string name = own ? devices[index].Options.Key.Stream : $"{options.Prefix}shared-{index + 1}";
        return new MqttClientOptions
        {
            Host = options.Host,
            Port = options.Port,
            UserName = options.UserName,
            Password = options.Password,
            ClientId = $"device-{options.Group}-{name}",
            CleanStart = true,
            SessionExpiry = TimeSpan.FromMinutes(5),

            // One connection has one Will: devices that share one have none.
            Will = own ? DevicePublisher.ToMqtt(devices[index].Offline, options.Qos) : null,
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
