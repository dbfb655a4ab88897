using AnyEcg.Engine;

namespace AnyEcg.Model.Tests;

/// <summary>A device as far as its callers can tell, until it is told to fail: then the next call of that name throws, and so does every one after it.</summary>
internal sealed class FaultyRunner(IModelRunner inner) : IModelRunner
{
    public const string Message = "cuStreamSynchronize: 700 (an illegal memory access was encountered)";

    /// <summary>Name of the method that fails; null while none does.</summary>
    public string? Fails { get; set; }

    /// <summary>Added to its snapshots: another engine has another layout.</summary>
    public int Padding { get; init; }

    public bool IsLost { get; private set; }

    public bool IsDisposed { get; private set; }

    public int Steps { get; private set; }

    /// <summary>Whoever asks for its sizes has no memory for them.</summary>
    public bool IsTooLarge { get; init; }

    public ModelRunnerInfo Info => IsTooLarge ? throw new InsufficientMemoryException() : inner.Info with { Engine = "cuda" };

    public bool TryOpen(int leadCount, out KvSlot slot)
    {
        Check(nameof(TryOpen));
        return inner.TryOpen(leadCount, out slot);
    }

    public void Reset(KvSlot slot)
    {
        Check(nameof(Reset));
        inner.Reset(slot);
    }

    public void Close(KvSlot slot)
    {
        Check(nameof(Close));
        inner.Close(slot);
    }

    /// <summary>A step that fails has left half of its results behind.</summary>
    public void Step(StepPlan plan, StepScores scores)
    {
        Steps++;
        if (Fails == nameof(Step))
        {
            scores.Rhythm.AsSpan().Fill(float.NaN);
            scores.Beats.AsSpan().Fill(7);
        }

        Check(nameof(Step));
        inner.Step(plan, scores);
    }

    public int SnapshotSize(KvSlot slot)
    {
        Check(nameof(SnapshotSize));
        return inner.SnapshotSize(slot) + Padding;
    }

    public void Snapshot(KvSlot slot, Span<byte> destination)
    {
        Check(nameof(Snapshot));
        inner.Snapshot(slot, destination);
    }

    public void Restore(KvSlot slot, ReadOnlySpan<byte> snapshot)
    {
        Check(nameof(Restore));
        inner.Restore(slot, snapshot);
    }

    /// <summary>A context that is lost cannot be destroyed either.</summary>
    public void Dispose()
    {
        IsDisposed = true;
        inner.Dispose();
        if (IsLost)
            throw new CudaFaultException(Message);
    }

    private void Check(string name)
    {
        IsLost |= Fails == name;
        if (IsLost)
            throw new CudaFaultException(Message);
    }
}
