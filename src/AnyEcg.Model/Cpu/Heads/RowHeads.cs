using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>
/// The heads of a second and of the epoch so far. They read the pooled state: the mean of the final states over the row's
/// present leads, normed; for the epoch, its mean over all seconds.
/// </summary>
internal sealed unsafe class RowHeads
{
    private readonly PackedMatrix rhythmHidden, rhythm, anomaly, arrhythmia, recordAnomaly;
    private readonly Affine poolNorm;
    private readonly KvRings rings;
    private readonly float* pooled;
    private readonly float* means;
    private readonly int dim;

    public RowHeads(NativeArena arena, PackedWeights weights, KvRings rings, int maxRows)
    {
        this.rings = rings;
        dim = weights.Config.Dim;
        poolNorm = weights.Affine("pool_norm");
        rhythmHidden = weights.Linear("rhythm_hidden");
        rhythm = weights.Linear("rhythm");
        anomaly = weights.Linear("anomaly");
        arrhythmia = weights.Linear("arrhythmia");
        recordAnomaly = weights.Linear("anomaly_record");
        pooled = arena.Floats((long)maxRows * dim);
        means = arena.Floats((long)maxRows * dim);
    }

    public int ScratchLength(int rows) =>
        rows * (rhythmHidden.PaddedOutputs + rhythm.PaddedOutputs + anomaly.PaddedOutputs + arrhythmia.PaddedOutputs);

    /// <summary>Pools every row and adds it to its slot's sum, in the plan's order. Engine thread only.</summary>
    public void Pool(StepPlan plan, float* states)
    {
        for (int row = 0; row < plan.RowCount; row++)
        {
            float* mean = pooled + (long)row * dim;
            MeanOfPresent(plan, row, states, new Span<float>(mean, dim));
            VectorMath.LayerNorm(mean, mean, dim, poolNorm.Weight, poolNorm.Bias);
            AddToEpoch(plan.RowSlot[row].Index, new ReadOnlySpan<float>(mean, dim), new Span<float>(means + (long)row * dim, dim));
        }
    }

    private void MeanOfPresent(StepPlan plan, int row, float* states, Span<float> mean)
    {
        int count = 0;
        mean.Clear();
        for (int token = plan.RowTokenStart[row]; token < plan.RowTokenStart[row + 1]; token++)
        {
            if (!plan.TokenReadOnly[token])
            {
                count++;
                for (int d = 0; d < dim; d++)
                {
                    mean[d] += states[(long)token * dim + d];
                }
            }
        }

        for (int d = 0; d < dim; d++)
        {
            mean[d] /= Math.Max(count, 1);
        }
    }

    private void AddToEpoch(int slot, ReadOnlySpan<float> second, Span<float> mean)
    {
        Span<double> sum = rings.PooledSum(slot);
        long seconds = ++rings.PooledSeconds[slot];
        for (int d = 0; d < dim; d++)
        {
            sum[d] += second[d];
            mean[d] = (float)(sum[d] / seconds);
        }
    }

    /// <summary>Scores the rows [start, end).</summary>
    public void Score(ModelHeads heads, int start, int end, StepScores scores, float* scratch)
    {
        int rows = end - start;
        float* second = pooled + (long)start * dim;
        float* epoch = means + (long)start * dim;
        if ((heads & ModelHeads.Rhythm) != 0)
        {
            Rhythm(second, rows, scores.Rhythm.AsSpan(start * RhythmClasses.Count), scratch);
        }

        if ((heads & ModelHeads.Anomaly) != 0)
        {
            Probabilities(anomaly, second, rows, scores.Anomaly.AsSpan(start, rows), scratch);
        }

        if ((heads & ModelHeads.RecordAnomaly) != 0)
        {
            Probabilities(recordAnomaly, epoch, rows, scores.RecordAnomaly.AsSpan(start, rows), scratch);
        }

        if ((heads & ModelHeads.Arrhythmia) != 0 && scores.ArrhythmiaClasses > 0)
        {
            Probabilities(arrhythmia, epoch, rows, scores.Arrhythmia.AsSpan(start * scores.ArrhythmiaClasses, rows * scores.ArrhythmiaClasses), scratch);
        }
    }

    private void Rhythm(float* x, int rows, Span<float> result, float* scratch)
    {
        float* hidden = scratch;
        float* logits = scratch + rows * rhythmHidden.PaddedOutputs;
        rhythmHidden.Multiply(x, dim, rows, hidden, rhythmHidden.PaddedOutputs);
        VectorMath.Gelu(hidden, rows * rhythmHidden.PaddedOutputs);
        rhythm.Multiply(hidden, rhythmHidden.PaddedOutputs, rows, logits, rhythm.PaddedOutputs);
        for (int row = 0; row < rows; row++)
        {
            float* at = logits + row * rhythm.PaddedOutputs;
            VectorMath.Softmax(at, RhythmClasses.Count);
            new ReadOnlySpan<float>(at, RhythmClasses.Count).CopyTo(result[(row * RhythmClasses.Count)..]);
        }
    }

    private void Probabilities(PackedMatrix head, float* x, int rows, Span<float> result, float* scratch)
    {
        head.Multiply(x, dim, rows, scratch, head.PaddedOutputs);
        for (int row = 0; row < rows; row++)
        {
            for (int c = 0; c < head.Outputs; c++)
            {
                result[row * head.Outputs + c] = 1 / (1 + MathF.Exp(-scratch[row * head.PaddedOutputs + c]));
            }
        }
    }
}
