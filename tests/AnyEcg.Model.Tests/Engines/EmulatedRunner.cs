using AnyEcg.Engine;

namespace AnyEcg.Model.Tests;

/// <summary>A CUDA runner with an emulated card of its own. Nothing of it may be left on the card when it goes.</summary>
internal sealed class EmulatedRunner : IModelRunner
{
    public EmulatedRunner(ModelWeights weights, string id, CudaModelOptions options, ulong seed = 1)
    {
        Card = CudaEmulator.Open(seed);
        CudaModelOptions own = new()
        {
            Libraries = [Card.Folder],
            MaxSlots = options.MaxSlots,
            MaxLeadSlots = options.MaxLeadSlots,
            MaxRows = options.MaxRows,
            MaxTokens = options.MaxTokens,
            MaxPassTokens = options.MaxPassTokens,
            FullPrecision = options.FullPrecision,
        };
        Runner = CudaModelRunner.Create(weights, id, ModelHeads.All, [], null, own);
    }

    public CudaEmulator Card { get; }

    public CudaModelRunner Runner { get; }

    public ModelRunnerInfo Info => Runner.Info;

    public bool TryOpen(int leadCount, out KvSlot slot) => Runner.TryOpen(leadCount, out slot);

    public void Reset(KvSlot slot) => Runner.Reset(slot);

    public void Close(KvSlot slot) => Runner.Close(slot);

    public void Step(StepPlan plan, StepScores scores) => Runner.Step(plan, scores);

    public int SnapshotSize(KvSlot slot) => Runner.SnapshotSize(slot);

    public void Snapshot(KvSlot slot, Span<byte> destination) => Runner.Snapshot(slot, destination);

    public void Restore(KvSlot slot, ReadOnlySpan<byte> snapshot) => Runner.Restore(slot, snapshot);

    public void Dispose()
    {
        Runner.Dispose();
        Assert.Equal(("", 0), (Card.Alive, Card.Leaked));
        Card.Dispose();
    }
}
