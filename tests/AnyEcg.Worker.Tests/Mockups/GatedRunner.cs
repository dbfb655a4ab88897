using AnyEcg.Engine;

namespace AnyEcg.Worker.Tests;

/// <summary>A network whose steps hang while the gate is closed, as those of a broken device would.</summary>
internal sealed class GatedRunner : IModelRunner
{
    private readonly IModelRunner inner = TestModel.Create();

    public ManualResetEventSlim Gate { get; } = new(true);

    /// <summary>A step waits at the gate.</summary>
    public bool Hangs { get; private set; }

    public ModelRunnerInfo Info => inner.Info;

    public bool TryOpen(int leadCount, out KvSlot slot) => inner.TryOpen(leadCount, out slot);

    public void Reset(KvSlot slot) => inner.Reset(slot);

    public void Close(KvSlot slot) => inner.Close(slot);

    public void Step(StepPlan plan, StepScores scores)
    {
        Hangs = true;
        Gate.Wait();
        Hangs = false;
        inner.Step(plan, scores);
    }

    public int SnapshotSize(KvSlot slot) => inner.SnapshotSize(slot);

    public void Snapshot(KvSlot slot, Span<byte> destination) => inner.Snapshot(slot, destination);

    public void Restore(KvSlot slot, ReadOnlySpan<byte> snapshot) => inner.Restore(slot, snapshot);

    public void Dispose()
    {
        Gate.Dispose();
        inner.Dispose();
    }
}
