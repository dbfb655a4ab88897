using System.Buffers;
using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using Microsoft.Extensions.Options;

namespace AnyEcg.Worker;

/// <summary>
/// Starts and ends the worker's parts in their order: engine thread, publish loop, connection. The end is a drain: nothing more
/// is taken from the broker (unacknowledged frames stay its own), what was taken is finished, every result is published, the
/// status says so, and the session is left standing for the next run.
/// </summary>
internal sealed partial class WorkerService(
    WorkerParts parts, IMqttConnection mqtt, PublishLoop publisher, EngineThread engine, IOptions<WorkerOptions> options, ILogger<WorkerService> logger)
    : IHostedService, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private Task publishing = Task.CompletedTask;
    private Task connecting = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        parts.Acks.Attach(mqtt);
        mqtt.StateChanged += OnConnectionChanged;
        engine.Start();
        publishing = Task.Run(() => publisher.RunAsync(stopping.Token), CancellationToken.None);
        connecting = Task.Run(ConnectAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(options.Value.DrainSeconds));
        LogDraining(logger);
        parts.Ingest.Draining = true;
        try
        {
            await DrainAsync(limit.Token).ConfigureAwait(false);
            LogDrained(logger);
        }
        catch (OperationCanceledException)
        {
            LogDrainCut(logger, parts.Outbox.Pending);
        }

        await stopping.CancelAsync().ConfigureAwait(false);
        await mqtt.DisposeAsync().ConfigureAwait(false);
    }

    public void Dispose() => stopping.Dispose();

    private async Task DrainAsync(CancellationToken limit)
    {
        await engine.StopAsync(limit).ConfigureAwait(false);
        parts.Outbox.Complete();
        if (mqtt.State != MqttConnectionState.Connected)
        {
            return;
        }

        await publishing.WaitAsync(limit).ConfigureAwait(false);
        await PublishStatusAsync(WorkerState.Down, limit).ConfigureAwait(false);
        await mqtt.StopAsync(keepSession: true, limit).ConfigureAwait(false);
    }

    private async Task ConnectAsync()
    {
        try
        {
            await mqtt.StartAsync(stopping.Token).ConfigureAwait(false);
            await mqtt.SubscribeAsync(parts.Subscriptions, stopping.Token).ConfigureAwait(false);
            parts.Ready.Subscribed = true;
            await PublishStatusAsync(WorkerState.Up, stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            LogNeverConnected(logger);
        }
        catch (MqttException e)
        {
            engine.Fail(e);
        }
    }

    private void OnConnectionChanged(MqttConnectionChange change)
    {
        parts.Connection.Count(change);
        LogConnection(logger, change.State, change.SessionPresent, change.Reason);
        if (change.State == MqttConnectionState.Connected && parts.Ready.Subscribed)
        {
            // The Will may have said that we are gone.
            connecting = Task.Run(() => RepeatStatusAsync(), CancellationToken.None);
        }
    }

    private async Task RepeatStatusAsync()
    {
        try
        {
            await PublishStatusAsync(WorkerState.Up, stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttException or OperationCanceledException)
        {
            LogStatusLost(logger, e.Message);
        }
    }

    private ValueTask PublishStatusAsync(WorkerState state, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> payload = new(256);
        parts.Status(state).Write(payload);
        return mqtt.PublishAsync(
            new MqttMessage
            {
                Topic = OutputTopics.WorkerStatus(options.Value.Id),
                Payload = payload.WrittenMemory,
                Qos = MqttQos.AtLeastOnce,
                Retain = true,
                ContentType = "application/json",
                PayloadIsUtf8 = true,
            },
            cancellationToken);
    }

    [LoggerMessage(1, LogLevel.Information, "Broker connection: {State}, session present: {SessionPresent} {Reason}")]
    private static partial void LogConnection(ILogger logger, MqttConnectionState state, bool sessionPresent, string reason);

    [LoggerMessage(2, LogLevel.Information, "Draining: taking no more frames")]
    private static partial void LogDraining(ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "Drained: all that was taken is judged and published")]
    private static partial void LogDrained(ILogger logger);

    [LoggerMessage(4, LogLevel.Error, "The drain was cut off with {Pending} results unpublished")]
    private static partial void LogDrainCut(ILogger logger, int pending);

    [LoggerMessage(5, LogLevel.Warning, "Stopped before the broker was ever reached")]
    private static partial void LogNeverConnected(ILogger logger);

    [LoggerMessage(6, LogLevel.Warning, "The worker's status could not be published: {Reason}")]
    private static partial void LogStatusLost(ILogger logger, string reason);
}
