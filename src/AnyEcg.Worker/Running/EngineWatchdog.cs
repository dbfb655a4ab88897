using System.Diagnostics.Metrics;
using AnyEcg.Alerts;
using AnyEcg.Mqtt;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>
/// Speaks for an engine that cannot: looks every second whether it turns, and publishes the technical alert 'stuck engine' by itself,
/// past outbox, store and engine, with its end when the engine turns again. Runs on the timers' threads, waits for nothing.
/// </summary>
internal sealed partial class EngineWatchdog : IHostedService, IDisposable
{
    /// <summary>With the look's second and the way to the broker within the 20 s that a stuck engine may stay unnoticed.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly EngineProgress progress;
    private readonly IMqttConnection mqtt;
    private readonly WorkerSettings settings;
    private readonly AlertSettings alerts;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private ITimer? timer;
    private StuckEngineAlert? open;
    private long toldStamp;
    private long alarms;

    public EngineWatchdog(
        EngineProgress progress, IMqttConnection mqtt, WorkerSettings settings, AlertSettings alerts, IMeterFactory meters, ILogger<EngineWatchdog> logger)
    {
        (this.progress, this.mqtt, this.settings, this.alerts, this.logger) = (progress, mqtt, settings, alerts, logger);
        Meter meter = meters.Create("AnyEcg.Worker.Watchdog");
        meter.CreateObservableGauge("anyecg.engine.stuck", () => IsStuck ? 1 : 0, null, "1 while the engine makes no progress for no reason but its own");
        meter.CreateObservableCounter("anyecg.engine.stalls", () => Interlocked.Read(ref alarms), "{stall}", "Times that the engine was found stuck");
    }

    private bool IsStuck
    {
        get
        {
            lock (gate)
            {
                return open is not null;
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        timer = settings.Time.CreateTimer(_ => Look(), null, Period, Period);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        timer?.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => timer?.Dispose();

    private void Look()
    {
        lock (gate)
        {
            TimeSpan held = progress.HeldUp();
            if (open is null)
            {
                if (held >= Limit)
                {
                    Start(held);
                }
            }
            else if (progress.IsExcused || progress.HasTurnedSince(toldStamp))
            {
                Tell(AlertPhase.End);
                open = null;
                LogTurns(logger);
            }
            else if (UpdateAfter is { } period && settings.Time.GetElapsedTime(toldStamp) >= period)
            {
                Tell(AlertPhase.Update);
            }
        }
    }

    private TimeSpan? UpdateAfter => alerts[AlertKind.StuckEngine].UpdateSeconds is > 0 and int seconds ? TimeSpan.FromSeconds(seconds) : null;

    private void Start(TimeSpan held)
    {
        Interlocked.Increment(ref alarms);
        LogStuck(logger, held.TotalSeconds);
        open = new StuckEngineAlert(
            settings.Worker.Id, alerts[AlertKind.StuckEngine].Priority, settings.Time.NowNs() - (held.Ticks * TimeSpan.NanosecondsPerTick));
        Tell(AlertPhase.Start);
    }

    private void Tell(AlertPhase phase)
    {
        toldStamp = settings.Time.GetTimestamp();
        MqttMessage[] messages = open!.Next(phase, settings.Time.NowNs());
        if (alerts.IsEnabled(AlertKind.StuckEngine))
        {
            foreach (MqttMessage message in messages)
            {
                _ = PublishAsync(message);
            }
        }
    }

    /// <summary>Without a connection it waits in the client, as every publish does.</summary>
    private async Task PublishAsync(MqttMessage message)
    {
        try
        {
            await mqtt.PublishAsync(message, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttException or OperationCanceledException or ObjectDisposedException)
        {
            LogUntold(logger, e.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Critical, "The engine has not turned for {Seconds:0} s")]
    private static partial void LogStuck(ILogger logger, double seconds);

    [LoggerMessage(2, LogLevel.Warning, "The engine turns again")]
    private static partial void LogTurns(ILogger logger);

    [LoggerMessage(3, LogLevel.Error, "The alert about the engine could not be published: {Reason}")]
    private static partial void LogUntold(ILogger logger, string reason);
}
