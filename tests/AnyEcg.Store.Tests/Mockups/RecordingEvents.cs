namespace AnyEcg.Store.Tests;

/// <summary>Keeps all that it is told, and lets a test wait for it.</summary>
internal sealed class RecordingEvents : IStoreEvents
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(30);

    private readonly object gate = new();
    private readonly List<CommittedInput> inputs = [];
    private readonly List<CommittedWork> work = [];

    public Exception? Failure { get; private set; }

    public IReadOnlyList<CommittedInput> Inputs
    {
        get
        {
            lock (gate)
                return [.. inputs];
        }
    }

    public IReadOnlyList<CommittedWork> Work
    {
        get
        {
            lock (gate)
                return [.. work];
        }
    }

    public void InputsCommitted(ReadOnlySpan<CommittedInput> committed)
    {
        lock (gate)
        {
            inputs.AddRange(committed);
            Monitor.PulseAll(gate);
        }
    }

    public void WorkCommitted(ReadOnlySpan<CommittedWork> committed)
    {
        lock (gate)
        {
            work.AddRange(committed);
            Monitor.PulseAll(gate);
        }
    }

    public void StoreStopped(Exception failure)
    {
        lock (gate)
        {
            Failure = failure;
            Monitor.PulseAll(gate);
        }
    }

    public void AwaitInputs(int count) => Await(() => inputs.Count >= count);

    public void AwaitWork(int count) => Await(() => work.Count >= count);

    public void AwaitStopped() => Await(() => Failure is not null, stopped: true);

    private void Await(Func<bool> condition, bool stopped = false)
    {
        long start = TimeProvider.System.GetTimestamp();
        lock (gate)
        {
            while (!condition())
            {
                Assert.True(stopped || Failure is null, Failure?.ToString());
                TimeSpan left = Budget - TimeProvider.System.GetElapsedTime(start);
                Assert.True(left > TimeSpan.Zero && Monitor.Wait(gate, left), "The store did not get there in time.");
            }
        }
    }
}
