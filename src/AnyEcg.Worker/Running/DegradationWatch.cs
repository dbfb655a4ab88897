using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>
/// Says that the device which ran the network, or was to, has failed and something slower runs it, or nothing: once, as the technical alert 'engine degraded', in the
/// log and in the worker's status. That lasts until the process ends; the next one ends the alert, and raises its own where it has reason to.
/// Runs on the timers' threads, waits for nothing.
/// </summary>
internal sealed partial class DegradationWatch(
    StreamEngine engine, WorkerAlertVoice voice, StatusPublisher status, WorkerSettings settings, ILogger<DegradationWatch> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private ITimer? timer;
    private string remark = engine.Model.Remark;
    private WorkerAlert? open;
    private long toldStamp;

    /// <summary>What an operator is told of it; null while the engine that was to be taken at the start runs.</summary>
    public static string? Describe(StreamEngine engine)
    {
        if (engine.Fault is not { } fault)
            return null;
        string now = engine.Model.Engine;
        string instead = now == "none" ? $"nothing runs the network until restart, {fault.RingsLost} streams are judged without it"
            : fault.RingsLost == 0 ? $"running on {now} until restart"
            : $"running on {now} until restart, {fault.RingsLost} streams listened to anew, {fault.Unheard} of them without room there";
        return $"{fault.Engine} failed ({fault.Reason}); {instead}";
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
            if (engine.Model.Remark is { Length: > 0 } now && now != remark)
            {
                LogRemark(logger, now);
                remark = now;
            }

            if (open is not null)
            {
                toldStamp = voice.TellIfDue(open, toldStamp) ? settings.Time.GetTimestamp() : toldStamp;
            }
            else if (Describe(engine) is { } what)
            {
                LogDegraded(logger, what);
                open = voice.Make(AlertKind.EngineDegraded, settings.Time.NowNs(), what);
                voice.Tell(open, AlertPhase.Start);
                toldStamp = settings.Time.GetTimestamp();
                _ = status.RepeatAsync();
            }
        }
    }

    [LoggerMessage(2, LogLevel.Warning, "{Remark}")]
    private static partial void LogRemark(ILogger logger, string remark);

    [LoggerMessage(1, LogLevel.Error, "Engine degraded: {What}")]
    private static partial void LogDegraded(ILogger logger, string what);
}
