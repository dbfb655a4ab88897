using System.Diagnostics.Metrics;
using AnyEcg.Alerts;
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
    private readonly WorkerAlertVoice voice;
    private readonly WorkerSettings settings;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private ITimer? timer;
    private WorkerAlert? open;
    private long toldStamp;
    private long alarms;

    public EngineWatchdog(
        EngineProgress progress, WorkerAlertVoice voice, WorkerSettings settings, IMeterFactory meters, ILogger<EngineWatchdog> logger)
    {
        (this.progress, this.voice, this.settings, this.logger) = (progress, voice, settings, logger);
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
            else if (voice.TellIfDue(open, toldStamp))
            {
                toldStamp = settings.Time.GetTimestamp();
            }
        }
    }

    private void Start(TimeSpan held)
    {
        Interlocked.Increment(ref alarms);
        LogStuck(logger, held.TotalSeconds);
        long onsetNs = settings.Time.NowNs() - (held.Ticks * TimeSpan.NanosecondsPerTick);
        open = voice.Make(AlertKind.StuckEngine, onsetNs, $"engine made no turn for {Limit.TotalSeconds:0} s");
        Tell(AlertPhase.Start);
    }

    private void Tell(AlertPhase phase)
    {
        toldStamp = settings.Time.GetTimestamp();
        voice.Tell(open!, phase);
    }

    [LoggerMessage(1, LogLevel.Critical, "The engine has not turned for {Seconds:0} s")]
    private static partial void LogStuck(ILogger logger, double seconds);

    [LoggerMessage(2, LogLevel.Warning, "The engine turns again")]
    private static partial void LogTurns(ILogger logger);
}
