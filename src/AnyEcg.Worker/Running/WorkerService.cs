using AnyEcg.Mqtt;
using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>
/// Starts and ends the worker's parts in their order: engine thread, publish loop, connection. The end is a drain: nothing more
/// is taken from the broker (unacknowledged frames stay its own), what was taken is finished, every result is published, the
/// status says so, and the session is left standing for the next run.
/// </summary>
internal sealed partial class WorkerService(
    WorkerParts parts, StatusPublisher status, IMqttConnection mqtt, WorkerStore store, RetainedState retained, EngineThread engine, ILogger<WorkerService> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan GoodbyeBudget = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource stopping = new();
    private Task publishing = Task.CompletedTask;
    private Task connecting = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        parts.Acks.Attach(mqtt);
        parts.Ingest.Commands.Answers.Attach(mqtt);
        mqtt.StateChanged += OnConnectionChanged;

        // Not before there is a connection: a replay that takes its time is no silence of the devices whose inputs are yet to be read.
        parts.Engine.Listening = false;
        store.Restore(failure =>
        {
            // What is refused from here on would be lost, were it acknowledged.
            parts.Acks.FallSilent();
            engine.Fail(failure);
        });
        engine.Start();
        publishing = Task.WhenAll(
            Task.Run(() => FatalAsync(parts.Publisher.RunAsync(stopping.Token)), CancellationToken.None),
            Task.Run(() => FatalAsync(store.Outbox.RunAsync(stopping.Token)), CancellationToken.None));
        connecting = Task.Run(() => FatalAsync(ConnectAsync()), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(parts.Options.DrainSeconds));
        LogDraining(logger);
        parts.Ingest.Draining = true;
        try
        {
            await DrainAsync(limit.Token).ConfigureAwait(false);
            LogDrained(logger);
        }
        catch (OperationCanceledException)
        {
            LogDrainCut(logger, parts.Outbox.Pending + parts.Publisher.Unconfirmed + store.Outbox.Pending);
        }
        catch (MqttException e)
        {
            LogStatusLost(logger, e.Message);
        }

        await stopping.CancelAsync().ConfigureAwait(false);
        await connecting.ConfigureAwait(false);
        await mqtt.DisposeAsync().ConfigureAwait(false);
        await store.StopAsync(limit.Token).ConfigureAwait(false);
        if (parts.Ingest.RejectHeld() is > 0 and int held)
        {
            LogHeldRejected(logger, held);
        }
    }

    public void Dispose() => stopping.Dispose();

    private async Task DrainAsync(CancellationToken limit)
    {
        await store.SettleInputsAsync(limit).ConfigureAwait(false);
        await engine.StopAsync(limit).ConfigureAwait(false);
        parts.Outbox.Complete();
        await store.SettleResultsAsync(limit).ConfigureAwait(false);

        // Without a connection this waits for one, as long as there is anything to say.
        await publishing.WaitAsync(limit).ConfigureAwait(false);
        if (mqtt.State == MqttConnectionState.Connected)
        {
            await LeaveAsync(limit).ConfigureAwait(false);
        }
    }

    /// <summary>Says goodbye. Not worth waiting long for: should the broker vanish just now, the Will says the same.</summary>
    private async Task LeaveAsync(CancellationToken limit)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(limit);
        patience.CancelAfter(GoodbyeBudget);
        try
        {
            await status.PublishAsync(WorkerState.Down, patience.Token).ConfigureAwait(false);
            await mqtt.StopAsync(keepSession: true, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            LogStatusLost(logger, e.Message);
        }
    }

    private async Task ConnectAsync()
    {
        await store.ReplayAsync(parts.Ingest, stopping.Token).ConfigureAwait(false);
        await retained.RunAsync(stopping.Token).ConfigureAwait(false);
        await mqtt.StartAsync(stopping.Token).ConfigureAwait(false);
        await mqtt.SubscribeAsync(parts.Subscriptions, stopping.Token).ConfigureAwait(false);
        parts.Ready.Subscribed = true;
        await status.PublishAsync(WorkerState.Up, stopping.Token).ConfigureAwait(false);
        await mqtt.Completion.WaitAsync(stopping.Token).ConfigureAwait(false);
    }

    /// <summary>What ends here other than by the drain leaves a worker that looks alive and does nothing: the process ends.</summary>
    private async Task FatalAsync(Task part)
    {
        try
        {
            await part.ConfigureAwait(false);
        }
        catch (Exception e) when (parts.Ingest.Draining && e is OperationCanceledException or MqttException)
        {
            LogCutShort(logger, e.Message);
        }
#pragma warning disable CA1031 // Every other exception is fatal here, and is told as such.
        catch (Exception e)
#pragma warning restore CA1031
        {
            engine.Fail(e);
        }
    }

    private void OnConnectionChanged(MqttConnectionChange change)
    {
        parts.Connection.Count(change);

        // Without a broker the silence of a stream is ours, not its device's.
        parts.Engine.Listening = change.State == MqttConnectionState.Connected;
        LogConnection(logger, change.State, change.SessionPresent, change.Reason);
        if (change.State == MqttConnectionState.Connected)
        {
            // The Will may have said that we are gone.
            _ = Task.Run(status.RepeatAsync, CancellationToken.None);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Broker connection: {State}, session present: {SessionPresent} {Reason}")]
    private static partial void LogConnection(ILogger logger, MqttConnectionState state, bool sessionPresent, string reason);

    [LoggerMessage(2, LogLevel.Information, "Draining: taking no more frames")]
    private static partial void LogDraining(ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "Drained: all that was taken is judged and published")]
    private static partial void LogDrained(ILogger logger);

    [LoggerMessage(4, LogLevel.Error, "The drain was cut off with {Pending} results unpublished")]
    private static partial void LogDrainCut(ILogger logger, long pending);

    [LoggerMessage(5, LogLevel.Warning, "Stopped in the middle: {Reason}")]
    private static partial void LogCutShort(ILogger logger, string reason);

    [LoggerMessage(6, LogLevel.Warning, "The worker's status could not be published: {Reason}")]
    private static partial void LogStatusLost(ILogger logger, string reason);

    [LoggerMessage(7, LogLevel.Warning, "{Frames} frames still waited for their descriptor and are rejected")]
    private static partial void LogHeldRejected(ILogger logger, int frames);
}
