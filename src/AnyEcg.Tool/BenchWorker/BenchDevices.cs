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
    private readonly SimulatedFleet fleet;
    private readonly Task running;

    public BenchDevices(BenchWorkerOptions options, SoakBroker broker, TimeProvider time)
    {
        fleet = new SimulatedFleet(
            new FleetOptions
            {
                Host = broker.Host,
                Port = broker.Port,
                Group = Group,
                Records = options.Records,
                Devices = options.Streams,
                Connections = Math.Min(options.Streams, MostConnections),
                Drain = TimeSpan.FromSeconds(1),
                Device = new SimulatedDeviceOptions { Key = default, Loop = true, Encoding = FrameEncoding.DeltaVarint },
            },
            time);
        running = fleet.RunAsync(stop.Token);
    }

    /// <summary>Frames that came due so far.</summary>
    public long FramesPlanned => fleet.Counters.Planned;

    /// <summary>Throws what ended the devices early, if anything did.</summary>
    public Task CheckAsync() => running.IsCompleted ? running : Task.CompletedTask;

    /// <summary>Leads of all streams.</summary>
    public static int Leads(BenchWorkerOptions options)
    {
        int[] leads = [.. options.Records.Select(record =>
        {
            using Recording opened = Recording.Open(record);
            return opened.Format.Leads.Count;
        })];
        return Enumerable.Range(0, options.Streams).Sum(stream => leads[stream % leads.Length]);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await fleet.DisposeAsync();
        stop.Dispose();
    }
}
