using AnyEcg.Engine;

namespace AnyEcg.Worker;

/// <summary>
/// Whether the engine makes progress. Without work it turns four times a second, so that idleness is no standstill; nor is it one while the
/// engine waits for room in a full queue of results (the broker or the disk is away then, which others say), before it runs and
/// after it has ended, or while this whole process was stopped. Takes no lock of the engine. Any thread.
/// </summary>
internal sealed class EngineProgress(StreamEngine engine, EngineThread thread, Outbox outbox, StoreHost store, TimeProvider time)
{
    /// <summary>Somebody looks every second; so late a look means that nobody ran.</summary>
    private static readonly TimeSpan Asleep = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private long looked = time.GetTimestamp();
    private long excused = time.GetTimestamp();

    /// <summary>Whether the engine does nothing for a reason that is not its own.</summary>
    public bool IsExcused => !thread.IsRunning || outbox.IsAwaited || store.Writer?.IsAwaited == true;

    /// <summary>How long the engine has stood still for no reason but its own.</summary>
    public TimeSpan HeldUp()
    {
        lock (gate)
        {
            long now = time.GetTimestamp();
            if (IsExcused || time.GetElapsedTime(looked, now) > Asleep)
            {
                excused = now;
            }

            looked = now;
            TimeSpan unexcused = time.GetElapsedTime(excused, now);
            TimeSpan turned = engine.SinceLastTurn();
            return turned < unexcused ? turned : unexcused;
        }
    }

    /// <summary>Whether a turn has ended since a time stamp.</summary>
    public bool HasTurnedSince(long stamp) => engine.SinceLastTurn() < time.GetElapsedTime(stamp);
}
