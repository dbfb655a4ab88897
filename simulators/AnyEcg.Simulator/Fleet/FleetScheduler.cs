using System.Threading.Channels;

namespace AnyEcg.Simulator;

/// <summary>
/// Gives every device of a fleet its turn when it is due: one loop, one timer and one priority queue for all of them. Waking is for
/// any thread; turns are taken one after the other on the loop.
/// </summary>
/// <param name="devices">Number of devices; they are called by index.</param>
/// <param name="turn">Does what is due for a device at a time since the start; returns when it wants its next turn, or <see cref="Asleep"/>.</param>
/// <param name="time">The clock.</param>
internal sealed class FleetScheduler(int devices, Func<int, TimeSpan, TimeSpan> turn, TimeProvider time)
{
    /// <summary>Wants no turn until it is woken.</summary>
    public static readonly TimeSpan Asleep = TimeSpan.MaxValue;

    /// <summary>
    /// Turns are taken on this grid: what is due within it leaves in one go, instead of one wake-up of the processor, and one small
    /// packet, for each device.
    /// </summary>
    private static readonly TimeSpan Grid = TimeSpan.FromMilliseconds(10);

    /// <summary>Timers of the system end at 49 days.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock gate = new();
    private readonly PriorityQueue<int, long> due = new(devices);
    private readonly long[] wakeAt = [.. Enumerable.Repeat(long.MaxValue, devices)];

    /// <summary>Says only that there is something to look at, so a second one beside a first is not missed when it is dropped.</summary>
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly long start = time.GetTimestamp();
    private long waitingFor = long.MinValue;

    /// <summary>Time since the scheduler was made.</summary>
    public TimeSpan Now => time.GetElapsedTime(start);

    /// <summary>Whether every turn due by now was taken, so that a test with a clock of its own can follow.</summary>
    public bool IsIdle
    {
        get
        {
            lock (gate)
                return waitingFor > Now.Ticks;
        }
    }

    /// <summary>Asks for a turn at once.</summary>
    public void Wake(int device) => Wake(device, TimeSpan.Zero);

    /// <summary>Asks for a turn no later than <paramref name="at"/>. An earlier wish stands.</summary>
    public void Wake(int device, TimeSpan at)
    {
        lock (gate)
        {
            if (at.Ticks >= wakeAt[device])
                return;

            // An entry that stood for a later wish stays in the queue and is passed over.
            wakeAt[device] = at.Ticks;
            due.Enqueue(device, at.Ticks);
            if (at.Ticks < waitingFor)
            {
                waitingFor = long.MinValue;
                Signal();
            }
        }
    }

    /// <summary>Runs until cancelled (returns) or until a turn throws.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using ITimer timer = time.CreateTimer(_ => Signal(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (!cancellationToken.IsCancellationRequested)
        {
            while (!cancellationToken.IsCancellationRequested && TryTake(out int device))
            {
                TimeSpan next = turn(device, Now);
                if (next != Asleep)
                    Wake(device, next);
            }

            if (Earliest() is { } wait)
                timer.Change(wait, Timeout.InfiniteTimeSpan);

            // The clock may have passed the time between looking at it and setting the timer.
            if (!IsIdle)
                continue;
            Task signalled = signal.Reader.ReadAsync(cancellationToken).AsTask();
            await signalled.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool TryTake(out int device)
    {
        long now = Now.Ticks;
        lock (gate)
        {
            waitingFor = long.MinValue;
            while (due.TryPeek(out device, out long at) && at <= now)
            {
                due.Dequeue();
                if (wakeAt[device] != at)
                    continue;
                wakeAt[device] = long.MaxValue;
                return true;
            }

            return false;
        }
    }

    /// <summary>Until the next turn is due; null where none is. From here on an earlier wish signals.</summary>
    private TimeSpan? Earliest()
    {
        lock (gate)
        {
            if (!due.TryPeek(out _, out long at))
            {
                waitingFor = long.MaxValue;
                return null;
            }

            long slot = at <= 0 ? 0 : (at + Grid.Ticks - 1) / Grid.Ticks * Grid.Ticks;
            TimeSpan wait = TimeSpan.FromTicks(slot) - Now;
            waitingFor = slot;
            return wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait;
        }
    }

    private void Signal() => signal.Writer.TryWrite(true);
}
