namespace AnyEcg.Mqtt.Tests;

/// <summary>A clock that moves only when told to, with an odd time stamp frequency. Due timers fire during <see cref="Advance"/>.</summary>
internal sealed class FakeTime : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<FakeTimer> timers = [];
    private TimeSpan now = TimeSpan.FromDays(3);

    public override long TimestampFrequency => 7_919_003;

    /// <summary>Waiting times asked for, in order, finite ones only.</summary>
    public List<TimeSpan> Requested { get; } = [];

    public override long GetTimestamp()
    {
        lock (gate)
            return (long)(now.TotalSeconds * TimestampFrequency);
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return DateTimeOffset.UnixEpoch + now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        FakeTimer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public bool IsWaitingFor(Func<TimeSpan, bool> due)
    {
        lock (gate)
            return timers.Exists(t => due(t.Due - now));
    }

    /// <summary>Time passes and no timer fires, as in a process that is stopped; those that are due fire at the next <see cref="Advance"/>.</summary>
    public void Stop(TimeSpan by)
    {
        lock (gate)
            now += by;
    }

    public void Advance(TimeSpan by)
    {
        TimeSpan target;
        lock (gate)
            target = now + by;
        while (true)
        {
            FakeTimer? next;
            lock (gate)
            {
                next = timers.Where(t => t.Due <= target).MinBy(t => t.Due);
                now = next?.Due ?? target;
                next?.Rearm();
            }

            if (next is null)
                return;
            next.Fire();
        }
    }

    private sealed class FakeTimer(FakeTime owner, Action fire) : ITimer
    {
        private TimeSpan period;

        public TimeSpan Due { get; private set; }

        public void Fire() => fire();

        public void Rearm()
        {
            if (period > TimeSpan.Zero)
                Due += period;
            else
                owner.timers.Remove(this);
        }

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            lock (owner.gate)
            {
                owner.timers.Remove(this);
                period = newPeriod;
                if (dueTime < TimeSpan.Zero)
                    return true;
                Due = owner.now + dueTime;
                owner.timers.Add(this);
                owner.Requested.Add(dueTime);
            }

            return true;
        }

        public void Dispose()
        {
            lock (owner.gate)
                owner.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
