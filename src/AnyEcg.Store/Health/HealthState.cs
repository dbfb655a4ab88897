namespace AnyEcg.Store;

/// <summary>The store thread's condition, told to any thread.</summary>
internal sealed class HealthState(TimeProvider time, TimeSpan stallLimit)
{
    private readonly Lock gate = new();
    private StoreHealth told = StoreHealth.Fine;
    private (long Stamp, DateTimeOffset Time)? committing;

    public StoreHealth Current
    {
        get
        {
            lock (gate)
            {
                bool stalled = committing is { } begun && time.GetElapsedTime(begun.Stamp) > stallLimit;
                return stalled && told.Condition == StoreCondition.Ok
                    ? new StoreHealth(StoreCondition.Failing, StoreFailure.Stalled, committing!.Value.Time)
                    : told;
            }
        }
    }

    public void Begin()
    {
        lock (gate)
            committing = (time.GetTimestamp(), time.GetUtcNow());
    }

    public void Succeeded()
    {
        lock (gate)
        {
            committing = null;
            told = StoreHealth.Fine;
        }
    }

    public void Failed(StoreFailure failure)
    {
        lock (gate)
        {
            committing = null;
            told = new StoreHealth(StoreCondition.Failing, failure, told.Since ?? time.GetUtcNow());
        }
    }

    public void Stopped(StoreFailure failure)
    {
        lock (gate)
            told = new StoreHealth(StoreCondition.Stopped, failure, told.Since ?? time.GetUtcNow());
    }
}
