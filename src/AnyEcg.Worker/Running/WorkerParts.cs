using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using Microsoft.Extensions.Options;

namespace AnyEcg.Worker;

/// <summary>Whether the worker has ever been able to do its work.</summary>
internal sealed class Readiness
{
    private volatile bool subscribed;

    public bool Subscribed
    {
        get => subscribed;
        set => subscribed = value;
    }
}

/// <summary>Connections made and lost. Any thread.</summary>
internal sealed class ConnectionCounters
{
    private long connects, losses, sessionsLost;

    public long Connects => Interlocked.Read(ref connects);

    public long Losses => Interlocked.Read(ref losses);

    /// <summary>Reconnects at which the broker no longer had our session, and with it the backlog.</summary>
    public long SessionsLost => Interlocked.Read(ref sessionsLost);

    public void Count(MqttConnectionChange change)
    {
        if (change.State != MqttConnectionState.Connected)
        {
            Interlocked.Increment(ref losses);
            return;
        }

        if (Interlocked.Increment(ref connects) > 1 && !change.SessionPresent)
        {
            Interlocked.Increment(ref sessionsLost);
        }
    }
}

/// <summary>The worker's parts that <see cref="WorkerService"/> starts, feeds and ends, and what is said of them.</summary>
internal sealed class WorkerParts(
    FrameIngest ingest, IEngineDoor door, AckDesk acks, PublishLoop publisher, StreamEngine engine, WorkerSettings settings)
{
    public FrameIngest Ingest => ingest;

    public IEngineDoor Door => door;

    public AckDesk Acks => acks;

    public PublishLoop Publisher => publisher;

    public Outbox Outbox => publisher.Outbox;

    public WorkerOptions Options => settings.Worker;

    public StreamEngine Engine => engine;

    public Readiness Ready { get; } = new();

    public ConnectionCounters Connection { get; } = new();

    /// <summary>Descriptors and statuses are asked for anew at every start, until the store keeps them (Retain Handling 0).</summary>
    public IReadOnlyList<MqttSubscription> Subscriptions { get; } =
    [
        .. SubscriptionFilter.For(settings.Ingest.Groups)
            .Select(f => new MqttSubscription(f.Filter, MqttQos.AtLeastOnce, MqttRetainHandling.Always)),
    ];

    public WorkerStatus Status(WorkerState state) => settings.Status(state) with
    {
        TimeNs = settings.Time.NowNs(),
        ModelId = engine.Model.ModelId,
        Engine = engine.Model.Engine,
        Streams = engine.Snapshot().StreamsActive,
    };
}

/// <summary>The validated options of all sections.</summary>
internal sealed class WorkerSettings(
    IOptions<WorkerOptions> worker, IOptions<BrokerOptions> broker, IOptions<IngestOptions> ingest, IOptions<EngineHostOptions> engine,
    IOptions<StoreSettings> store, TimeProvider time)
{
    public WorkerOptions Worker => worker.Value;

    public BrokerOptions Broker => broker.Value;

    public IngestOptions Ingest => ingest.Value;

    public EngineHostOptions Engine => engine.Value;

    public StoreSettings Store => store.Value;

    public TimeProvider Time => time;

    /// <summary>What can be said of the worker before it runs.</summary>
    public WorkerStatus Status(WorkerState state) => new()
    {
        WorkerId = Worker.Id,
        State = state,
        Version = typeof(WorkerSettings).Assembly.GetName().Version?.ToString(3),
        Groups = [.. Ingest.Groups],
    };
}
