using AnyEcg.Recordings;
using AnyEcg.Simulator;

namespace AnyEcg.Tool;

/// <summary>The devices of a run: they send from the start until disposed of, in real time, each recording over and over.</summary>
internal sealed class BenchDevices : IAsyncDisposable
{
    public const string Group = "bench";

    /// <summary>Connections cost the broker, not the worker: the devices share them.</summary>
    private const int MostConnections = 20;

    private readonly CancellationTokenSource stop = new();
    private readonly List<SimulatedFleet> fleets;
    private readonly Task[] running;

    public BenchDevices(BenchWorkerOptions options, SoakBroker broker, TimeProvider time)
    {
        FleetOptions live = new()
        {
            Host = broker.Host,
            Port = broker.Port,
            Group = Group,
            Records = options.Records,
            Devices = options.Streams,
            Connections = Math.Min(options.Streams, MostConnections),
            Drain = TimeSpan.FromSeconds(1),
            Device = new SimulatedDeviceOptions { Key = default, Loop = true, Encoding = FrameEncoding.DeltaVarint },
        };

        // A fleet has a bound.
        fleets =
        [
            .. Enumerable.Range(0, options.Streams).Chunk(FleetOptions.MaxDevices).Select((devices, i) => new SimulatedFleet(
                live with { Prefix = $"{live.Prefix}{(i == 0 ? "" : $"{i}-")}", Devices = devices.Length, Connections = Math.Min(devices.Length, MostConnections) }, time)),
        ];
        if (options.Flood > 0)
        {
            fleets.Add(new SimulatedFleet(
                live with { Prefix = "flood-", Devices = 1, Connections = 1, Device = live.Device with { Speed = options.Flood } }, time));
        }

        running = [.. fleets.Select(fleet => fleet.RunAsync(stop.Token))];
    }

    /// <summary>Frames that came due so far.</summary>
    public long FramesPlanned => fleets.Sum(fleet => fleet.Counters.Planned);

    /// <summary>Throws what ended the devices early, if anything did.</summary>
    public Task CheckAsync() => Array.Find(running, run => run.IsCompleted) ?? Task.CompletedTask;

    /// <summary>Leads of all streams.</summary>
    public static int Leads(BenchWorkerOptions options)
    {
        int[] leads = [.. options.Records.Select(record =>
        {
            using Recording opened = Recording.Open(record);
            return opened.Format.Leads.Count;
        })];
        return Enumerable.Range(0, options.Streams).Sum(stream => leads[stream % leads.Length]) + (options.Flood > 0 ? leads[0] : 0);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (SimulatedFleet fleet in fleets)
        {
            await fleet.DisposeAsync();
        }

        stop.Dispose();
    }
}
