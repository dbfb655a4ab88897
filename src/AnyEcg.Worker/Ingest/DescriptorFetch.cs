using AnyEcg.Mqtt;
using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>
/// Reads the retained descriptors before the worker's own session is resumed. A broker sends what it kept for the session at
/// once, and only after it the retained messages of a new subscription: without this, the backlog of an outage would come
/// without the descriptors that it needs and be rejected.
/// </summary>
internal sealed partial class DescriptorFetch(
    WorkerSettings settings, BrokerTls tls, FrameIngest ingest, StreamDirectory directory, TimeProvider time, ILogger<DescriptorFetch> logger)
{
    /// <summary>How long the broker may take once connected; after it the worker starts with what has come.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Waits for a broker. Ends before the worker's own connection begins, whose receive loop then owns the ingest.</summary>
    /// <exception cref="MqttException">The broker refuses the subscription.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        MqttConnection connection = new(settings.ToMqttBeside(tls.Certificates, "descriptors"), ingest, time);
        await using (connection.ConfigureAwait(false))
        {
            await connection.StartAsync(cancellationToken).ConfigureAwait(false);
            using CancellationTokenSource patience = new(Patience, time);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            try
            {
                // The answer to the second subscription comes after the retained messages of the first.
                await connection.SubscribeAsync(Filters(MqttRetainHandling.Always), either.Token).ConfigureAwait(false);
                await connection.SubscribeAsync(Filters(MqttRetainHandling.Never), either.Token).ConfigureAwait(false);
                await connection.StopAsync(keepSession: false, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                LogIncomplete(logger);
            }
        }

        LogFetched(logger, directory.Count);
    }

    /// <summary>QoS 0: nothing is to be acknowledged on this connection.</summary>
    private List<MqttSubscription> Filters(MqttRetainHandling handling) =>
    [
        .. SubscriptionFilter.For(settings.Ingest.Groups)
            .Where(f => f.Kind == InputKind.Meta)
            .Select(f => new MqttSubscription(f.Filter, MqttQos.AtMostOnce, handling)),
    ];

    [LoggerMessage(1, LogLevel.Information, "{Streams} streams described")]
    private static partial void LogFetched(ILogger logger, int streams);

    [LoggerMessage(2, LogLevel.Warning, "The broker did not send all descriptors in time; frames that need them are held, then rejected")]
    private static partial void LogIncomplete(ILogger logger);
}
