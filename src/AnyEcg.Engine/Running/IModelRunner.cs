using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>What a runner is and can take.</summary>
/// <param name="Engine">"cpu", "cpu+amx" or "cuda"; "none" after a device that failed where no other engine could be made.</param>
/// <param name="ModelId">Name and hash of the weights, for the evidence of an alert.</param>
/// <param name="MaxRows">Most rows of one plan.</param>
/// <param name="MaxTokens">Most tokens of one plan.</param>
/// <param name="BytesPerLead">Key/value bytes of one lead of one stream.</param>
public sealed record ModelRunnerInfo(string Engine, string ModelId, int MaxRows, int MaxTokens, long BytesPerLead)
{
    /// <summary>The heads whose scores mean something; the others stay 0.</summary>
    public ModelHeads Heads { get; init; } = ModelHeads.All;

    /// <summary>Why something that was asked for is not used, and what is used instead; empty where nothing is amiss.</summary>
    public string Remark { get; init; } = "";

    /// <summary>Which engine was taken and why, in one line; empty where there was no choice.</summary>
    public string Choice { get; init; } = "";

    /// <summary>Names of the arrhythmia head's classes, in order; empty without that head.</summary>
    public IReadOnlyList<string> ArrhythmiaLabels { get; init; } = [];

    /// <summary>Says of each candidate whether it is a beat and of which class; null: the bins of the network decide alone.</summary>
    public BeatJudge? BeatJudge { get; init; }
}

/// <summary>
/// Runs the network one step at a time, with a key/value ring per lead and layer for each open slot. Engine thread only.
/// A row's result is bit-identical whatever rows stand beside it.
/// </summary>
public interface IModelRunner : IDisposable
{
    /// <summary>Another one after a <see cref="Fault"/>: what is true now. Any thread.</summary>
    ModelRunnerInfo Info { get; }

    /// <summary>What failed, at run time or when it was to be taken, and has been replaced; null while nothing has. Never taken back. Any thread.</summary>
    RunnerFault? Fault => null;

    /// <summary>Takes a slot with empty rings for <paramref name="leadCount"/> leads; false when all are in use.</summary>
    bool TryOpen(int leadCount, out KvSlot slot);

    /// <summary>Empties the rings of a slot: a new epoch.</summary>
    void Reset(KvSlot slot);

    void Close(KvSlot slot);

    /// <summary>
    /// Computes the plan and advances the rings. A lead absent for two or more seconds restarts: the runner sees it from
    /// the gap between <see cref="StepPlan.RowSecond"/> and the last second it holds for that lead.
    /// </summary>
    void Step(StepPlan plan, StepScores scores);

    /// <summary>Bytes of a snapshot of this slot.</summary>
    int SnapshotSize(KvSlot slot);

    /// <summary>Writes the rings of a slot.</summary>
    void Snapshot(KvSlot slot, Span<byte> destination);

    /// <summary>Replaces the rings of an open slot of the same lead count by a snapshot.</summary>
    void Restore(KvSlot slot, ReadOnlySpan<byte> snapshot);
}

/// <summary>
/// A device failed at run time, and another engine has taken over its slots, their rings empty: the network listens to those streams anew. Or it was
/// found defective at the start, before it had any.
/// </summary>
/// <param name="Engine">The engine that failed, as <see cref="ModelRunnerInfo.Engine"/> names it.</param>
/// <param name="Reason">In words; names no stream, patient or device.</param>
/// <param name="RingsLost">Streams that had rings there.</param>
/// <param name="Unheard">
/// Those of them that the engine in use had no memory for. Their seconds are judged without the network (<see cref="StepScores.Unheard"/>) until
/// others leave them room.
/// </param>
public sealed record RunnerFault(string Engine, string Reason, long RingsLost, long Unheard);
