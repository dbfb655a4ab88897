using System.Collections.Immutable;
using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Simulator;
using AnyEcg.Tool;
using AnyEcg.Worker.Tests;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>
/// Devices that store and forward, a mosquitto as this repository ships it, a worker behind a faulty network, and a backend: played to the
/// end, with something that goes wrong meanwhile.
/// </summary>
internal sealed class OutagePlay : IAsyncDisposable
{
    private const string Group = "ward";

    private readonly AlertCollector alerts = new();
    private MqttConnection? backend;

    private OutagePlay(MosquittoServer broker, FaultProxy network, RunningWorker worker, SimulatedFleet fleet) =>
        (Broker, Network, Worker, Fleet) = (broker, network, worker, fleet);

    public MosquittoServer Broker { get; }

    /// <summary>Between worker and broker.</summary>
    public FaultProxy Network { get; }

    public RunningWorker Worker { get; }

    public SimulatedFleet Fleet { get; }

    /// <param name="seconds">Seconds of ECG of each device.</param>
    /// <param name="speed">How many of them in one of ours.</param>
    /// <param name="outages">When the network is away from the devices.</param>
    public static async Task<OutagePlay> StartAsync(double seconds, double speed, params ImmutableArray<Outage> outages)
    {
        MosquittoServer broker = await MosquittoServer.StartAsync(CrashSystem.Shipped, Budget.Token);
        FaultProxy network = new(new FaultProxyOptions { TargetPort = broker.Port }, TimeProvider.System);
        network.Start();
        RunningWorker worker = await RunningWorker.ReadyAsync(network.Port, Released.Create, "--Broker:KeepAliveSeconds", "5");
        SimulatedFleet fleet = new(
            new FleetOptions
            {
                Port = broker.Port,
                Members = [.. Members(speed, outages)],
                Duration = TimeSpan.FromSeconds(seconds / speed),
                Drain = Budget.Limit,
                ConnectTimeout = Budget.Limit,
                ReconnectMin = TimeSpan.FromMilliseconds(20),
                ReconnectMax = TimeSpan.FromMilliseconds(500),
            },
            TimeProvider.System);
        OutagePlay play = new(broker, network, worker, fleet);
        MqttClientOptions options = Clients.Options(broker.Port, "outage-backend");
        options.CleanStart = true;
        play.alerts.Connection = play.backend = Clients.Make(options, play.alerts);
        await play.backend.StartAsync(Budget.Token);
        await play.backend.SubscribeAsync($"anyecg/v1/{Group}/+/alert");
        return play;
    }

    /// <summary>Plays the devices to their end, with what goes wrong beside, and waits until everything is judged and published.</summary>
    public async Task<EngineSnapshot> RunAsync(Func<Task> disturbance)
    {
        using CancellationTokenSource limit = new(WorkerProcess.Patience, TimeProvider.System);
        await Task.WhenAll(Fleet.RunAsync(limit.Token), disturbance());
        foreach (SimulatedDevice device in Fleet.Devices)
        {
            string meta = DeviceTopics.Meta(device.Options.Key);
            await backend!.PublishAsync(new MqttMessage { Topic = meta, Qos = MqttQos.AtLeastOnce, Retain = true }, limit.Token);
        }

        await Budget.UntilAsync(() => Worker.Engine.Snapshot() is { StreamsKnown: 0, FramesPending: 0, SecondsObserved: > 0 });
        EngineSnapshot end = Worker.Engine.Snapshot();
        await Budget.UntilAsync(() => alerts.Distinct >= end.AlertTransitions);
        return end;
    }

    /// <summary>Every account balances, to the sample, and the alerts are those of the same frames without a network.</summary>
    public async Task AssertUndisturbedAsync(EngineSnapshot end)
    {
        DeviceLedger ledger = Fleet.Ledger;
        Assert.Equal(new DeviceLedger(ledger.Generated, ledger.Generated, 0, 0, 0), ledger);
        Assert.Equal(ledger.Generated, end.SamplesProcessed);
        Assert.Equal((0, 0, 0), (end.SamplesGap, end.SamplesHistorical, end.PatchesSkipped));
        Assert.Equal(Worker.Ingest.FramesReceived, end.FramesReceived);
        Assert.Equal(Fleet.Counters.Sent, end.FramesAccepted);
        Assert.Equal(
            end.FramesReceived,
            end.FramesAccepted + end.FramesRejected + end.FramesDuplicate + end.FramesLate + end.FramesHistorical + end.FramesConflict
            + end.FramesDropped + end.FramesPending);
        Assert.Equal(end.PatchesEmitted, end.PatchesScored);
        Assert.Equal(0, alerts.Contradictions);
        AlertFact[] got = [.. alerts.Facts().Where(fact => !fact.IsByClock)];
        IReadOnlyList<AlertFact> expected = await ExpectedAsync();
        Assert.NotEmpty(expected);
        Assert.Equal(Lines(expected), Lines(got));
    }

    public async ValueTask DisposeAsync()
    {
        await Fleet.DisposeAsync();
        if (backend is not null)
            await backend.DisposeAsync();
        await Worker.DisposeAsync();
        await Network.DisposeAsync();
        await Broker.DisposeAsync();
    }

    private static IEnumerable<FleetMember> Members(double speed, ImmutableArray<Outage> outages) =>
        Excerpts.All().Select((record, i) => new FleetMember(new SimulatedDeviceOptions
        {
            Key = new StreamKey(Group, Path.GetFileName(record)),
            Record = record,
            Speed = speed,
            Loop = true,
            FirstEpoch = 1,
            PhaseSeconds = i * 0.1,
        })
        {
            Store = new StoreOptions { Seconds = 3600 },
            Outages = outages,
        });

    private async Task<IReadOnlyList<AlertFact>> ExpectedAsync()
    {
        using IModelRunner model = Released.Create();
        SoakReference reference = new(model);
        List<AlertFact> expected = [];
        for (int i = 0; i < Fleet.Devices.Count; i++)
            expected.AddRange(await reference.RunAsync(Fleet.Devices[i].Options, Fleet.LedgerOf(i).Generated, CancellationToken.None));
        return expected;
    }

    private static IEnumerable<string> Lines(IEnumerable<AlertFact> facts) => facts.Select(fact => fact.ToString()).Order(StringComparer.Ordinal);
}
