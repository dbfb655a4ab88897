using AnyEcg.Protocol;

namespace AnyEcg.Tool;

/// <summary>Watches a worker that was killed come back.</summary>
internal static class RestartWatch
{
    /// <summary>How old the newest judged second may be, from its end: one second to fill a frame, and two to spare.</summary>
    public const double CaughtUpSeconds = 3;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>Until every stream is judged again, and as fresh as before.</summary>
    /// <param name="worker">Just started.</param>
    /// <param name="options">How many streams, and how patient.</param>
    /// <param name="killed">When its forerunner was killed.</param>
    /// <param name="time">The clock of that.</param>
    /// <param name="cancel">Ends the watch.</param>
    /// <exception cref="TimeoutException">It is not back in time.</exception>
    public static async Task<BenchRestart> WatchAsync(
        WorkerProcess worker, BenchWorkerOptions options, DateTimeOffset killed, TimeProvider time, CancellationToken cancel)
    {
        await worker.ReadyAsync(options.Patience, cancel);
        double ready = Since(killed, time);
        double live = await UntilAllAsync(worker, options, killed, time, newest => newest.Received > killed, cancel);
        double caughtUp = await UntilAllAsync(
            worker, options, killed, time, newest => (time.GetUtcNow() - newest.Began).TotalSeconds - 1 <= CaughtUpSeconds, cancel);
        WorkerReading metrics = await worker.ReadAsync(cancel);
        return new BenchRestart
        {
            ReadySeconds = ready,
            RecoverySeconds = metrics.Value("anyecg_recovery_duration_seconds"),
            FramesReplayed = metrics["anyecg_frames_replayed_total"],
            StreamsRestored = metrics["anyecg_recovery_streams"],
            LiveSeconds = live,
            CaughtUpSeconds = caughtUp,
            Divergences = metrics["anyecg_store_divergences_total"],
        };
    }

    private static async Task<double> UntilAllAsync(
        WorkerProcess worker,
        BenchWorkerOptions options,
        DateTimeOffset killed,
        TimeProvider time,
        Func<(DateTimeOffset Began, DateTimeOffset Received), bool> holds,
        CancellationToken cancel)
    {
        while (true)
        {
            IReadOnlyList<(DateTimeOffset Began, DateTimeOffset Received)> newest = await worker.NewestAsync(cancel);
            if (newest.Count(holds) >= options.Streams)
            {
                return Since(killed, time);
            }

            if (Since(killed, time) > options.Patience.TotalSeconds)
            {
                throw new TimeoutException($"Not every stream is live again: {newest.Count(holds)} of {options.Streams}.");
            }

            await Task.Delay(Poll, time, cancel);
        }
    }

    private static double Since(DateTimeOffset instant, TimeProvider time) => (time.GetUtcNow() - instant).TotalSeconds;
}
