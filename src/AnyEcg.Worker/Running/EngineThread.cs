using AnyEcg.Engine;

namespace AnyEcg.Worker;

/// <summary>
/// The thread that the engine runs on. Whatever it throws ends the process with a non-zero exit code, so that the supervisor
/// starts it anew: a worker without an engine must not look alive.
/// </summary>
internal sealed partial class EngineThread(
    StreamEngine engine, EngineOutput output, IHostApplicationLifetime lifetime, ILogger<EngineThread> logger) : IDisposable
{
    /// <summary>What the end spends at most on states, so that the next start has less to read again; none is needed.</summary>
    private static readonly TimeSpan LastSnapshots = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool running;

    /// <summary>From its first turn on until it has drained or failed.</summary>
    public bool IsRunning => running;

    /// <summary>The exception that ended the worker, if one did.</summary>
    public Exception? Failure { get; private set; }

    public void Start() => new Thread(Run) { IsBackground = true, Name = "AnyEcg engine" }.Start();

    /// <summary>Lets the engine finish what it has taken.</summary>
    public async Task StopAsync(CancellationToken limit)
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await ended.Task.WaitAsync(limit).ConfigureAwait(false);
    }

    /// <summary>Ends the process for a fault that it cannot go on with.</summary>
    public void Fail(Exception failure)
    {
        Failure ??= failure;
        LogFailed(logger, failure);
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }

    public void Dispose() => stopping.Dispose();

    private void Run()
    {
        try
        {
            running = true;
            engine.Run(stopping.Token);
            output.Draining = true;
            engine.SnapshotAll(LastSnapshots);
        }
#pragma warning disable CA1031 // Every exception is fatal here, and is told as such.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(e);
        }

        running = false;
        ended.TrySetResult();
    }

    [LoggerMessage(1, LogLevel.Critical, "The worker cannot go on")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
