namespace AnyEcg.Store;

/// <summary>Waiting on an injected clock, cut short by <see cref="Wake"/>. One thread waits, any wakes.</summary>
internal sealed class TimedWait : IDisposable
{
    private readonly ManualResetEventSlim signal = new();
    private readonly ITimer timer;

    public TimedWait(TimeProvider time) => timer = time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Wake() => signal.Set();

    /// <summary>Before the condition is looked at, so that a change after it is not slept over.</summary>
    public void Reset() => signal.Reset();

    public void Wait(TimeSpan atMost)
    {
        timer.Change(atMost, Timeout.InfiniteTimeSpan);
        signal.Wait();
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        timer.Dispose();
        signal.Dispose();
    }
}
