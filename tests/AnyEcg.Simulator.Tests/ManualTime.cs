namespace AnyEcg.Simulator.Tests;

/// <summary>A clock that moves only when told, with an odd timestamp frequency. Timers fire during <see cref="Advance"/>, in order. Any thread.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private long ticks;

    public static DateTimeOffset Start { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>Timers that wait.</summary>
    public int Pending
    {
        get
        {
            lock (gate)
                return timers.Count;
        }
    }

    public override long TimestampFrequency => 3_000_000;

    public override long GetTimestamp() => Interlocked.Read(ref ticks) * 3 / 10;

    public override DateTimeOffset GetUtcNow() => Start.AddTicks(Interlocked.Read(ref ticks));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        long target = ticks + by.Ticks;
        while (Next(target) is { } due)
        {
            Interlocked.Exchange(ref ticks, Math.Max(ticks, due.DueTicks));
            due.Fire();
        }

        Interlocked.Exchange(ref ticks, target);
    }

    private ManualTimer? Next(long until)
    {
        lock (gate)
            return timers.Where(t => t.DueTicks <= until).MinBy(t => t.DueTicks);
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        private TimeSpan period;

        public long DueTicks { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
                period = newPeriod;
                if (dueTime < TimeSpan.Zero)
                    return true;
                DueTicks = Interlocked.Read(ref time.ticks) + dueTime.Ticks;
                time.timers.Add(this);
                return true;
            }
        }

        public void Fire()
        {
            Change(period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan, period);
            fire();
        }

        public void Dispose()
        {
            lock (time.gate)
                time.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
