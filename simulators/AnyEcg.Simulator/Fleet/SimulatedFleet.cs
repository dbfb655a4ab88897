using AnyEcg.Mqtt;

namespace AnyEcg.Simulator;

/// <summary>
/// Many devices on one or many connections. Opens the records at once, so that a bad one fails before anything is sent; run once.
/// </summary>
public sealed class SimulatedFleet : IAsyncDisposable
{
    /// <summary>How long the devices may take to leave when the user wants to go.</summary>
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(5);

    private readonly FleetOptions options;
    private readonly TimeProvider time;
    private readonly FleetNetwork network;
    private readonly FleetConnections connections;
    private readonly SimulatedDevice[] devices;
    private readonly FleetDevice[] running;
    private readonly FleetScheduler scheduler;

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
        devices = Open(options, time);
        network = new FleetNetwork(options, time);
        connections = new FleetConnections(options, network, devices, time, connect);
        scheduler = new FleetScheduler(devices.Length, (device, now) => running![device].Turn(now), time);
        running = [.. devices.Select((device, i) => new FleetDevice(
            device, connections.Of(i), new FleetDeviceOptions(options.Qos, options.StoreOf(i), Counters, () => scheduler.Wake(i))
            {
                TruthSeconds = options.PublishTruth ? options.TruthSeconds : null,
            }))];
        connections.Serve(running);
    }

    public FleetCounters Counters { get; } = new();

    public IReadOnlyList<SimulatedDevice> Devices => devices;

    /// <summary>What became of every sample of all devices, at any time. Any thread.</summary>
    public DeviceLedger Ledger => running.Aggregate(default(DeviceLedger), (sum, device) => sum + device.Ledger);

    /// <summary>What became of every sample of one device, counted from 0. Any thread.</summary>
    public DeviceLedger LedgerOf(int device) => running[device].Ledger;

    /// <summary>Whether all that is due is done; for tests.</summary>
    internal bool IsIdle => scheduler.IsIdle;

    /// <summary>
    /// Connects, plays, forwards what is stored, says goodbye and disconnects. Returns when all devices are done, or when the
    /// duration is over and the stores are empty or <see cref="FleetOptions.Drain"/> has passed; cancelling ends it in the same
    /// orderly way, within seconds.
    /// </summary>
    /// <exception cref="TimeoutException">No connection within <see cref="FleetOptions.ConnectTimeout"/>.</exception>
    /// <exception cref="IOException">A record can no longer be read.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await connections.StartAsync(cancellationToken).ConfigureAwait(false);
        network.Begin();
        using CancellationTokenSource stop = new();
        Task loop = Task.Run(() => scheduler.RunAsync(stop.Token), CancellationToken.None);
        for (int i = 0; i < running.Length; i++)
            scheduler.Wake(i);
        Task finished = Task.WhenAny(Task.WhenAll(running.Select(device => device.Done)), loop);

        await PlayAsync(finished, cancellationToken).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(false);
        await connections.StopAsync(Goodbye).ConfigureAwait(false);
        Array.ForEach(running, device => device.Settle());
    }

    public async ValueTask DisposeAsync()
    {
        await connections.DisposeAsync().ConfigureAwait(false);
        await network.DisposeAsync().ConfigureAwait(false);
        Array.ForEach(devices, device => device.Dispose());
    }

    /// <summary>Waits for the end of the records, or for the duration; then for the stores.</summary>
    private async Task PlayAsync(Task finished, CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = options.Duration is { } duration ? new(duration, time) : new();
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        await finished.WaitAsync(end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Array.ForEach(running, device => device.StopSampling());
        using CancellationTokenSource patience = new(cancellationToken.IsCancellationRequested ? Goodbye : options.Drain, time);
        await finished.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static SimulatedDevice[] Open(FleetOptions options, TimeProvider time)
    {
        RecordingShelf shelf = new();
        List<SimulatedDevice> opened = new(options.Count);
        try
        {
            for (int i = 0; i < options.Count; i++)
                opened.Add(new SimulatedDevice(options.DeviceAt(i), time, shelf));
            return [.. opened];
        }
        catch
        {
            opened.ForEach(device => device.Dispose());
            throw;
        }
    }
}
