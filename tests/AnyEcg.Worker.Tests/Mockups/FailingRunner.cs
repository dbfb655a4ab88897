using AnyEcg.Engine;

namespace AnyEcg.Worker.Tests;

/// <summary>A network whose first step fails as a broken device would.</summary>
internal sealed class FailingRunner : IModelRunner
{
    private readonly IModelRunner inner = TestModel.Create();

    public ModelRunnerInfo Info => inner.Info;

    public bool TryOpen(int leadCount, out KvSlot slot) => inner.TryOpen(leadCount, out slot);

    public void Reset(KvSlot slot) => inner.Reset(slot);

    public void Close(KvSlot slot) => inner.Close(slot);

    public void Step(StepPlan plan, StepScores scores) => throw new InvalidOperationException("The device is gone.");

    public int SnapshotSize(KvSlot slot) => inner.SnapshotSize(slot);

    public void Snapshot(KvSlot slot, Span<byte> destination) => inner.Snapshot(slot, destination);

    public void Restore(KvSlot slot, ReadOnlySpan<byte> snapshot) => inner.Restore(slot, snapshot);

    public void Dispose() => inner.Dispose();
}
