using System.Globalization;
using System.Reflection;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Simulator;

namespace AnyEcg.Tool;

/// <summary>
/// Devices - faulty network - broker - faulty network - worker, and a backend beside the broker. When the faults are over, everything
/// is let drain, the streams are closed, and the counters of all parts are laid side by side.
/// </summary>
internal sealed class SoakRun(SoakOptions options, TimeProvider time, TextWriter progress)
{
    private const string Group = "soak";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private readonly FaultPlan devicePlan = FaultPlan.Draw(options.Seed, options.Length, options.LongestFault);
    private readonly FaultPlan workerPlan = FaultPlan.Draw(unchecked(options.Seed + 7919), options.Length, options.LongestFault);

    public async Task<SoakSheet> RunAsync(CancellationToken cancel)
    {
        long start = time.GetTimestamp();
        await using SoakBroker broker = await SoakBroker.StartAsync(options.Broker, time, cancel);
        await using FaultProxy deviceSide = Proxy(broker, options.Seed), workerSide = Proxy(broker, ~options.Seed);
        AlertCollector alerts = new();
        await using MqttConnection backend = Backend(broker, alerts);
        alerts.Connection = backend;
        await backend.StartAsync(cancel);
        await backend.SubscribeAsync([new MqttSubscription($"anyecg/v1/{Group}/+/alert")], cancel);
        using TemporaryStore store = new();
        await using SoakWorker worker = await SoakWorker.StartAsync(options.Model, workerSide.Port, store, cancel);
        await UntilAsync(() => worker.IsReadyAsync(cancel), cancel);
        await using SimulatedFleet fleet = new(Fleet(deviceSide.Port), time);

        await progress.WriteLineAsync($"{options.Devices} devices, {options.Length.TotalMinutes:0.##} minutes of faults");
        await Task.WhenAll(
            fleet.RunAsync(cancel), devicePlan.PlayAsync(deviceSide, time, cancel), workerPlan.PlayAsync(workerSide, time, cancel));
        await progress.WriteLineAsync("faults are over, settling");
        WorkerReading end = await SettleAsync(backend, worker, alerts, cancel);
        await worker.StopAsync(cancel);
        await CleanAsync(backend, cancel);
        await progress.WriteLineAsync("comparing the alerts with a run without a network");
        IReadOnlyList<SoakStream> streams = await CompareAsync(fleet, alerts, cancel);
        return new SoakSheet
        {
            Options = options,
            Version = typeof(SoakRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
            WallSeconds = time.GetElapsedTime(start).TotalSeconds,
            Streams = streams,
            Lines = SoakAccounts.Lines(fleet.Ledger, fleet.Counters, end, alerts, streams),
            Networks = [Network("devices", devicePlan, deviceSide), Network("worker", workerPlan, workerSide)],
            Notes = SoakAccounts.Notes(end, alerts, fleet.Counters),
        };
    }

    private FleetOptions Fleet(int port) => new()
    {
        Port = port,
        Group = Group,
        Prefix = "bed-",
        Records = Excerpts.All(),
        Devices = options.Devices,
        Duration = options.Length,
        Drain = options.Patience,
        KeepAlive = TimeSpan.FromSeconds(5),
        ReconnectMax = TimeSpan.FromSeconds(4),
        ConnectTimeout = options.Patience,
        Store = new StoreOptions { Seconds = options.StoreSeconds },
        Device = new SimulatedDeviceOptions
        {
            Key = default,
            Record = "",
            Speed = options.Speed,
            Loop = true,
            FirstEpoch = 1,
            Encoding = FrameEncoding.DeltaVarint,
        },
    };

    private static FaultProxy Proxy(SoakBroker broker, int seed)
    {
        FaultProxy proxy = new(new FaultProxyOptions { TargetHost = broker.Host, TargetPort = broker.Port, Seed = seed }, TimeProvider.System);
        proxy.Start();
        return proxy;
    }

    private MqttConnection Backend(SoakBroker broker, AlertCollector alerts) => new(
        new MqttClientOptions { Host = broker.Host, Port = broker.Port, ClientId = "anyecg-soak-backend", CleanStart = true, SessionExpiry = TimeSpan.FromMinutes(10) },
        alerts,
        time);

    /// <summary>Closes the streams and waits until nothing is on its way any more; what does not settle shows in the accounts.</summary>
    private async Task<WorkerReading> SettleAsync(MqttConnection backend, SoakWorker worker, AlertCollector alerts, CancellationToken cancel)
    {
        foreach (StreamKey key in Keys())
        {
            await backend.PublishAsync(Cleared(DeviceTopics.Meta(key)), cancel);
        }

        WorkerReading reading = await worker.ReadAsync(cancel);
        await UntilAsync(
            async () =>
            {
                reading = await worker.ReadAsync(cancel);
                long transitions = SoakAccounts.Transitions(reading);
                return reading["anyecg_streams_known"] == 0
                    && reading["anyecg_frames_pending"] + reading["anyecg_patches_pending"] + reading["anyecg_outbox_pending"] == 0
                    && reading["anyecg_alerts_published_total"] >= transitions
                    && alerts.Distinct >= transitions;
            },
            cancel);
        return reading;
    }

    /// <summary>Leaves nothing retained at a broker that goes on running.</summary>
    private async Task CleanAsync(MqttConnection backend, CancellationToken cancel)
    {
        foreach (StreamKey key in Keys())
        {
            await backend.PublishAsync(Cleared(DeviceTopics.Status(key)), cancel);
            await backend.PublishAsync(Cleared(OutputTopics.Rhythm(key)), cancel);
        }

        await backend.PublishAsync(Cleared(OutputTopics.WorkerStatus(SoakWorker.Id)), cancel);
        await backend.StopAsync(keepSession: false, cancel);
    }

    private async Task<IReadOnlyList<SoakStream>> CompareAsync(SimulatedFleet fleet, AlertCollector alerts, CancellationToken cancel)
    {
        using IModelRunner model = ModelOption.Load(
            options.Model, new CpuModelOptions { Threads = 0, MaxSlots = 16, MaxLeadSlots = 16, MaxRows = 64, MaxTokens = 1024 });
        SoakReference reference = new(model);
        ILookup<string, AlertFact> received = alerts.Facts().Where(fact => !fact.IsByClock).ToLookup(fact => fact.Stream, StringComparer.Ordinal);
        List<SoakStream> streams = [];
        for (int i = 0; i < fleet.Devices.Count; i++)
        {
            SimulatedDeviceOptions device = fleet.Devices[i].Options;
            DeviceLedger ledger = fleet.LedgerOf(i);
            HashSet<AlertFact> got = [.. received[device.Key.Stream]];

            // Samples that the device dropped may carry an alert away with them: then there is nothing to compare with.
            IReadOnlyList<AlertFact> expected = ledger.Dropped > 0 ? [.. got] : await reference.RunAsync(device, ledger.Generated, cancel);
            streams.Add(new SoakStream(
                device.Key.Stream, Path.GetFileName(device.Record), ledger, expected.Count, expected.Count(fact => !got.Contains(fact)), got.Except(expected).Count()));
        }

        return streams;
    }

    private async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancel)
    {
        long start = time.GetTimestamp();
        while (!await condition() && time.GetElapsedTime(start) < options.Patience)
        {
            await Task.Delay(Poll, time, cancel);
        }
    }

    private IEnumerable<StreamKey> Keys() =>
        Enumerable.Range(1, options.Devices).Select(i => new StreamKey(Group, string.Create(CultureInfo.InvariantCulture, $"bed-{i}")));

    private static MqttMessage Cleared(string topic) => new() { Topic = topic, Qos = MqttQos.AtLeastOnce, Retain = true };

    private static SoakNetwork Network(string side, FaultPlan plan, FaultProxy proxy) => new(
        side,
        [.. plan.Steps.GroupBy(step => step.Kind).OrderBy(group => group.Key).Select(group => (group.Key, group.Count(), group.Sum(step => step.Length.TotalSeconds)))],
        proxy.Counters);
}
