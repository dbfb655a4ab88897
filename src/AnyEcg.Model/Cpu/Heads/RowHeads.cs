using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>
/// The heads of a second and of the epoch so far. A second is its pooled state r (the mean of the final states over the row's
/// present leads, normed) beside its context features f: g = gelu(row_hidden [r ; f]). The epoch is the mean and the maximum of
/// g and the mean of r over its seconds so far.
/// </summary>
internal sealed unsafe class RowHeads
{
    private readonly PackedMatrix rowHidden, rhythm, anomaly, recordHidden, arrhythmia, recordAnomaly, strip;
    private readonly Affine poolNorm;
    private readonly KvRings rings;
    private readonly float* inputs;
    private readonly float* hidden;
    private readonly float* epochs;
    private readonly int dim, context, width;

    public RowHeads(NativeArena arena, PackedWeights weights, KvRings rings, int maxRows)
    {
        this.rings = rings;
        dim = weights.Config.Dim;
        context = weights.Config.ContextFeatures;
        width = weights.Config.RowHidden;
        poolNorm = weights.Affine("pool_norm");
        rowHidden = weights.Linear("row_hidden");
        rhythm = weights.Linear("rhythm");
        anomaly = weights.Linear("anomaly");
        recordHidden = weights.Linear("record_hidden");
        arrhythmia = weights.Linear("arrhythmia");
        recordAnomaly = weights.Linear("anomaly_record");
        strip = weights.Linear("strip");
        inputs = arena.Floats((long)maxRows * (dim + context));
        hidden = arena.Floats((long)maxRows * width);
        epochs = arena.Floats((long)maxRows * EpochWidth);
    }

    private int InputWidth => dim + context;

    private int EpochWidth => 2 * width + dim;

    public int ScratchLength(int rows) => rows * (width + Math.Max(rhythm.PaddedOutputs, arrhythmia.PaddedOutputs));

    /// <summary>The hidden layer of the rows [start, end): pools each and puts its context features beside.</summary>
    public void Hide(StepPlan plan, int start, int end, float* states)
    {
        float* mean = stackalloc float[dim];
        for (int row = start; row < end; row++)
        {
            float* input = inputs + (long)row * InputWidth;
            MeanOfPresent(plan, row, states, mean);
            VectorMath.LayerNorm(mean, mean, dim, poolNorm.Weight, poolNorm.Bias);
            new ReadOnlySpan<float>(mean, dim).CopyTo(new Span<float>(input, dim));
            plan.RowContext.AsSpan(row * ContextFeatures.Count, context).CopyTo(new Span<float>(input + dim, context));
        }

        float* to = hidden + (long)start * width;
        rowHidden.Multiply(inputs + (long)start * InputWidth, InputWidth, end - start, to, width);
        VectorMath.Gelu(to, (end - start) * width);
    }

    /// <summary>Adds the rows [start, end) to their slots' epochs, in this order. One thread at a time for a slot.</summary>
    public void AddToEpochs(StepPlan plan, int start, int end)
    {
        for (int row = start; row < end; row++)
        {
            ReadOnlySpan<float> g = new(hidden + (long)row * width, width), r = new(inputs + (long)row * InputWidth, dim);
            AddToEpoch(plan.RowSlot[row].Index, g, r, new Span<float>(epochs + (long)row * EpochWidth, EpochWidth));
        }
    }

    private void AddToEpoch(int slot, ReadOnlySpan<float> g, ReadOnlySpan<float> r, Span<float> epoch)
    {
        Span<double> sums = rings.Sums(slot);
        Span<float> maxima = rings.Maxima(slot);
        long seconds = ++rings.PooledSeconds[slot];
        for (int i = 0; i < width; i++)
        {
            maxima[i] = Math.Max(maxima[i], g[i]);
        }

        Add(g, sums[..width], epoch, 1.0 / seconds);
        maxima.CopyTo(epoch[width..]);
        Add(r, sums[width..], epoch[(2 * width)..], 1.0 / seconds);
    }

    /// <summary>sums += x; mean = sums * share.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(ReadOnlySpan<float> x, Span<double> sums, Span<float> mean, double share)
    {
        for (int i = 0; i < x.Length; i += Vector256<float>.Count)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Create(x[i..]));
            low += Vector256.Create<double>(sums[i..]);
            high += Vector256.Create<double>(sums[(i + Vector256<double>.Count)..]);
            low.CopyTo(sums[i..]);
            high.CopyTo(sums[(i + Vector256<double>.Count)..]);
            Vector256.Narrow(low * share, high * share).CopyTo(mean[i..]);
        }
    }

    private void MeanOfPresent(StepPlan plan, int row, float* states, float* mean)
    {
        int count = 0;
        new Span<float>(mean, dim).Clear();
        for (int token = plan.RowTokenStart[row]; token < plan.RowTokenStart[row + 1]; token++)
        {
            if (!plan.TokenReadOnly[token])
            {
                count++;
                VectorMath.Add(mean, states + (long)token * dim, dim);
            }
        }

        VectorMath.Scale(mean, 1f / Math.Max(count, 1), dim);
    }

    /// <summary>Scores the rows [start, end).</summary>
    public void Score(ModelHeads heads, int start, int end, StepScores scores, float* scratch)
    {
        int rows = end - start;
        float* second = hidden + (long)start * width;
        if ((heads & ModelHeads.Rhythm) != 0)
        {
            Choice(rhythm, second, rows, scores.Rhythm.AsSpan(start * RhythmClasses.Count), scratch);
        }

        if ((heads & ModelHeads.Anomaly) != 0)
        {
            Probabilities(anomaly, second, rows, scores.Anomaly.AsSpan(start, rows), scratch);
        }

        if ((heads & (ModelHeads.RecordAnomaly | ModelHeads.Arrhythmia | ModelHeads.Strip)) != 0)
        {
            ScoreEpochs(heads, start, rows, scores, scratch);
        }
    }

    private void ScoreEpochs(ModelHeads heads, int start, int rows, StepScores scores, float* scratch)
    {
        float* record = scratch;
        float* rest = scratch + rows * width;
        recordHidden.Multiply(epochs + (long)start * EpochWidth, EpochWidth, rows, record, width);
        VectorMath.Gelu(record, rows * width);
        if ((heads & ModelHeads.RecordAnomaly) != 0)
        {
            Probabilities(recordAnomaly, record, rows, scores.RecordAnomaly.AsSpan(start, rows), rest);
        }

        if ((heads & ModelHeads.Arrhythmia) != 0 && scores.ArrhythmiaClasses > 0)
        {
            Probabilities(arrhythmia, record, rows, scores.Arrhythmia.AsSpan(start * scores.ArrhythmiaClasses, rows * scores.ArrhythmiaClasses), rest);
        }

        if ((heads & ModelHeads.Strip) != 0)
        {
            Choice(strip, record, rows, scores.Strip.AsSpan(start * StripLabels.Count), rest);
        }
    }

    private void Choice(PackedMatrix head, float* x, int rows, Span<float> result, float* logits)
    {
        head.Multiply(x, width, rows, logits, head.PaddedOutputs);
        for (int row = 0; row < rows; row++)
        {
            float* at = logits + row * head.PaddedOutputs;
            VectorMath.Softmax(at, head.Outputs);
            new ReadOnlySpan<float>(at, head.Outputs).CopyTo(result[(row * head.Outputs)..]);
        }
    }

    private void Probabilities(PackedMatrix head, float* x, int rows, Span<float> result, float* logits)
    {
        head.Multiply(x, width, rows, logits, head.PaddedOutputs);
        for (int row = 0; row < rows; row++)
        {
            float* at = logits + row * head.PaddedOutputs;
            VectorMath.Sigmoid(at, head.PaddedOutputs);
            new ReadOnlySpan<float>(at, head.Outputs).CopyTo(result[(row * head.Outputs)..]);
        }
    }
}
