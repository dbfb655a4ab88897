using System.Diagnostics;

namespace AnyEcg.Tool;

/// <summary>Times the same piece of work on several threads at once.</summary>
internal static class ParallelTiming
{
    /// <summary>
    /// Seconds from the first start to the last end, the shortest of so many attempts: what a machine can do shows when nobody disturbs it.
    /// </summary>
    /// <param name="threads">Threads that work at once.</param>
    /// <param name="attempts">How often.</param>
    /// <param name="body">The work of one thread, by its number.</param>
    public static double Shortest(int threads, int attempts, Action<int> body) =>
        Enumerable.Range(0, attempts).Min(_ => Once(threads, body));

    private static double Once(int threads, Action<int> body)
    {
        using Barrier together = new(threads);
        long[] starts = new long[threads], ends = new long[threads];
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(worker => new Thread(() => Work(worker)))];
        Array.ForEach(others, thread => thread.Start());
        Work(0);
        Array.ForEach(others, thread => thread.Join());
        return Stopwatch.GetElapsedTime(starts.Min(), ends.Max()).TotalSeconds;

        void Work(int worker)
        {
            together.SignalAndWait();
            starts[worker] = Stopwatch.GetTimestamp();
            body(worker);
            ends[worker] = Stopwatch.GetTimestamp();
        }
    }
}
