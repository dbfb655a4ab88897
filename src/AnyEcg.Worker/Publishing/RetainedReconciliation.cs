using AnyEcg.Alerts;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>
/// Brings the broker's retained alerts to what the store says, once, after the recovery and before the worker's own connection: what is
/// over or unknown is cleared, what is open and missing, or there in another revision, is published again. Without a store nobody
/// knows, and they are left alone. What an earlier process said of its own engine ends in either case. Only the worker's own groups.
/// </summary>
internal sealed partial class RetainedReconciliation(
    WorkerSettings settings, BrokerTls tls, StoreHost store, PublishMetrics metrics, ILogger<RetainedReconciliation> logger)
{
    private const int Together = 256;

    /// <summary>How long the broker may take once connected; after it the worker starts with the rest as it is.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly StreamKey self = new(OutputTopics.WorkerGroup, settings.Worker.Id);

    /// <summary>Waits for a broker.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        RetainedAlerts retained = new();
        MqttConnection connection = new(settings.ToMqttBeside(tls.Certificates, "alerts"), retained, settings.Time);
        await using (connection.ConfigureAwait(false))
        {
            await connection.StartAsync(cancellationToken).ConfigureAwait(false);
            using CancellationTokenSource patience = new(Patience, settings.Time);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            try
            {
                // The answer to the second subscription comes after the retained messages of the first.
                await connection.SubscribeAsync(Filters(MqttRetainHandling.Always), either.Token).ConfigureAwait(false);
                await connection.SubscribeAsync(Filters(MqttRetainHandling.Never), either.Token).ConfigureAwait(false);
                await PublishAsync(connection, Plan(retained), either.Token).ConfigureAwait(false);
                await connection.StopAsync(keepSession: false, either.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is MqttException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // An access list of an earlier version does not let a worker read its alerts: no reason not to work.
                LogIncomplete(logger, e.Message);
            }
        }
    }

    /// <summary>What is to be published so that the broker says what the store says.</summary>
    private List<MqttMessage> Plan(RetainedAlerts retained)
    {
        Dictionary<(StreamKey Stream, Guid Id), RetainedAlert> found = retained.Found;
        List<MqttMessage> plan = [];
        foreach (((StreamKey stream, Guid id), RetainedAlert alert) in found.Where(f => f.Key.Stream == self).ToArray())
        {
            found.Remove((stream, id));
            plan.AddRange(EndOf(id, alert));
        }

        int ended = plan.Count;
        int again = 0;
        if (store.Database is { } database)
        {
            using StoreReader reader = database.OpenReader();
            foreach (StoredAlert open in reader.OpenAlerts())
            {
                bool same = found.Remove((open.Stream, open.AlertId), out RetainedAlert? there) && there.Document?.Revision == open.Revision;
                if (!same && State(reader, open) is { } state)
                {
                    plan.Add(state);
                    again++;
                }
            }

            plan.AddRange(found.Where(f => f.Key.Stream.Group != OutputTopics.WorkerGroup).Select(f => Clear(f.Value.Topic)));
        }

        metrics.Reconciled(again, plan.Count - ended - again);
        LogReconciled(logger, again, plan.Count - ended - again, retained.Beyond);
        return plan;
    }

    private static MqttMessage Clear(string topic) => AlertMessages.Json(topic, default, retain: true);

    private MqttMessage? State(StoreReader reader, StoredAlert open) => reader.Transitions(open.AlertId) is [.., var last]
        ? AlertMessages.Of(open.Stream, open.AlertId, open.Body, over: false, AlertAttributes.Read(last.Attributes, last.ReceivedNs, store.NowNs())).State
        : null;

    /// <summary>The process that said so of its engine is gone.</summary>
    private MqttMessage[] EndOf(Guid id, RetainedAlert alert) =>
        alert.Document is { } left && WorkerAlert.IsOwn(left.Kind) && left.AlertId == id && left.Stream == self.Stream
            ? new WorkerAlert(left).Next(AlertPhase.End, settings.Time.NowNs())
            : [Clear(alert.Topic)];

    private static async Task PublishAsync(MqttConnection connection, List<MqttMessage> plan, CancellationToken cancellationToken)
    {
        foreach (MqttMessage[] some in plan.Chunk(Together))
        {
            await Task.WhenAll(some.Select(message => connection.PublishAsync(message, cancellationToken).AsTask())).ConfigureAwait(false);
        }
    }

    /// <summary>QoS 0: nothing is to be acknowledged on this connection.</summary>
    private List<MqttSubscription> Filters(MqttRetainHandling handling)
    {
        IEnumerable<string> own = store.Database is null ? [] : settings.Ingest.Groups.Distinct().Select(group => $"anyecg/v1/{group}/+/alert/+");
        return [.. own.Append($"{OutputTopics.WorkerAlert(self.Stream)}/+").Select(filter => new MqttSubscription(filter, MqttQos.AtMostOnce, handling))];
    }

    [LoggerMessage(1, LogLevel.Information, "Retained alerts: {Again} published again, {Cleared} cleared, {Beyond} too many to look at")]
    private static partial void LogReconciled(ILogger logger, int again, int cleared, int beyond);

    [LoggerMessage(2, LogLevel.Warning, "The retained alerts could not be brought to what the store says: {Reason}")]
    private static partial void LogIncomplete(ILogger logger, string reason);
}

/// <summary>What the broker keeps for the worker, looked at before the worker's own session is resumed.</summary>
internal sealed class RetainedState(RetainedReconciliation alerts, DescriptorFetch descriptors)
{
    /// <summary>Waits for a broker. Ends before the worker's own connection begins.</summary>
    /// <exception cref="MqttException">The broker refuses the descriptors.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await alerts.RunAsync(cancellationToken).ConfigureAwait(false);
        await descriptors.RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
