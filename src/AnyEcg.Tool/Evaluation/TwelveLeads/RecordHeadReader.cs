using AnyEcg.Engine;

namespace AnyEcg.Tool;

/// <summary>A runner as it is, except that it keeps what the record heads said last: at the end of a record, their word on the whole.</summary>
internal sealed class RecordHeadReader(IModelRunner model) : IModelRunner
{
    public ModelRunnerInfo Info => model.Info;

    /// <summary>Probability that the record is abnormal; null before the first second.</summary>
    public float? Anomaly { get; private set; }

    /// <summary>Probability of each class, in the order of the model's labels.</summary>
    public IReadOnlyList<float> Arrhythmia { get; private set; } = [];

    public bool TryOpen(int leadCount, out KvSlot slot)
    {
        (Anomaly, Arrhythmia) = (null, []);
        return model.TryOpen(leadCount, out slot);
    }

    public void Step(StepPlan plan, StepScores scores)
    {
        model.Step(plan, scores);
        int last = plan.RowCount - 1;
        if (last >= 0)
        {
            Anomaly = scores.RecordAnomaly[last];
            Arrhythmia = scores.Arrhythmia.AsSpan(last * scores.ArrhythmiaClasses, scores.ArrhythmiaClasses).ToArray();
        }
    }

    public void Reset(KvSlot slot) => model.Reset(slot);

    public void Close(KvSlot slot) => model.Close(slot);

    public int SnapshotSize(KvSlot slot) => model.SnapshotSize(slot);

    public void Snapshot(KvSlot slot, Span<byte> destination) => model.Snapshot(slot, destination);

    public void Restore(KvSlot slot, ReadOnlySpan<byte> snapshot) => model.Restore(slot, snapshot);

    public void Dispose() => model.Dispose();
}
