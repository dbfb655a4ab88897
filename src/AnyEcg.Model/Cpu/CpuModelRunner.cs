using System.Buffers.Binary;
using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>
/// The network on the CPU: managed SIMD, weights packed once, a fixed pool of threads. After loading it allocates nothing on the
/// managed heap. Engine thread only.
/// </summary>
internal sealed class CpuModelRunner : IModelRunner
{
    private readonly NativeArena arena = new();
    private readonly WorkerPool pool;
    private readonly RunnerState state;
    private readonly StepCompute compute;
    private readonly CpuSnapshot snapshots;
    private readonly int arrhythmiaClasses;
    private bool disposed;

    /// <param name="weights">The tensors; not kept.</param>
    /// <param name="modelId">Name and hash of the weights.</param>
    /// <param name="heads">Heads to compute.</param>
    /// <param name="arrhythmiaLabels">Labels of the arrhythmia head's classes; may be empty.</param>
    /// <param name="options">Sizes and threads.</param>
    /// <exception cref="OutOfMemoryException">There is not as much memory; nothing of it is held.</exception>
    public CpuModelRunner(ModelWeights weights, string modelId, ModelHeads heads, IReadOnlyList<string> arrhythmiaLabels, CpuModelOptions options)
    {
        options.Validate();
        arrhythmiaClasses = weights.Config.ArrhythmiaClasses;
        try
        {
            state = new RunnerState(arena, weights.Config, options);
            pool = new WorkerPool(options.Threads == 0 ? Environment.ProcessorCount : options.Threads);
            compute = new StepCompute(arena, weights, state, pool, heads, options);
            snapshots = new CpuSnapshot(state, weights.Config, modelId);
        }
        catch
        {
            // Somebody may try again with less.
            pool?.Dispose();
            state?.Dispose();
            arena.Dispose();
            throw;
        }

        Info = new ModelRunnerInfo(state.Units is null ? "cpu" : "cpu+amx", modelId, options.MaxRows, options.MaxTokens, state.Rings.BytesPerLead)
        {
            Heads = heads,
            ArrhythmiaLabels = arrhythmiaLabels,
            Remark = state.UnitsMissing.Length == 0 ? "" : $"No matrix units: {state.UnitsMissing}. All products are computed in float32.",
        };
    }

    public ModelRunnerInfo Info { get; private init; }

    /// <summary>The device that was to be taken and is defective, if there was one.</summary>
    public RunnerFault? Fault { get; init; }

    /// <summary>The beat judge that came with the weights, if one did.</summary>
    public BeatJudge? BeatJudge
    {
        get => Info.BeatJudge;
        init => Info = Info with { BeatJudge = value };
    }

    /// <summary>Why this engine was taken, where there was a choice.</summary>
    public string Choice
    {
        get => Info.Choice;
        init => Info = Info with { Choice = value };
    }

    /// <summary>What is amiss with another engine that was to be taken, before what is with this one.</summary>
    public string Remark
    {
        get => Info.Remark;
        init => Info = Info with { Remark = $"{value} {Info.Remark}".Trim() };
    }

    /// <summary>For tests: the final state of a token of the last step.</summary>
    internal ReadOnlySpan<float> FinalState(int token) => compute.State(token);

    public bool TryOpen(int leadCount, out KvSlot slot)
    {
        bool open = state.Slots.TryOpen(leadCount, out int number);
        slot = new KvSlot(number);
        if (open)
        {
            state.Forget(number);
        }

        return open;
    }

    public void Reset(KvSlot slot) => state.Forget(state.Slots.Checked(slot));

    public void Close(KvSlot slot) => state.Slots.Close(state.Slots.Checked(slot));

    public void Step(StepPlan plan, StepScores scores)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        StepChecks.Check(plan, scores, Info, arrhythmiaClasses);
        if (plan.RowCount > 0)
        {
            state.Index.Build(plan);
            compute.Run(plan, scores);
            state.Index.Commit();
        }
    }

    public int SnapshotSize(KvSlot slot) => snapshots.Size(state.Slots.Checked(slot));

    public void Snapshot(KvSlot slot, Span<byte> destination) => snapshots.Write(state.Slots.Checked(slot), destination);

    public void Restore(KvSlot slot, ReadOnlySpan<byte> snapshot) => snapshots.Read(state.Slots.Checked(slot), snapshot);

    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            pool.Dispose();
            state.Dispose();
            arena.Dispose();
        }
    }
}
