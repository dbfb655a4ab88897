namespace AnyEcg.Simulator;

/// <summary>The faults that hold now, and a signal for whoever waits because of them. Any thread.</summary>
internal sealed class FaultSwitch
{
    private Position position = new(NetworkFaults.None, NewSignal());

    public NetworkFaults Faults => Volatile.Read(ref position).Faults;

    /// <summary>The faults of now and the task that completes when others hold.</summary>
    public (NetworkFaults Faults, Task Changed) Now
    {
        get
        {
            Position now = Volatile.Read(ref position);
            return (now.Faults, now.Changed.Task);
        }
    }

    public void Set(NetworkFaults faults) => Interlocked.Exchange(ref position, new Position(faults, NewSignal())).Changed.SetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record Position(NetworkFaults Faults, TaskCompletionSource Changed);
}
