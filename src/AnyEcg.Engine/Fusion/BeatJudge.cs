using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// The learned part of the beat judge: a perceptron with two hidden layers that reads one lead's row of features and gives a
/// logit for none, N, S, V, F, Q and a weight for the lead. The leads' logits are joined by the softmax of their weights.
/// Allocates nothing after construction. Engine thread only.
/// </summary>
public sealed class BeatJudge
{
    /// <summary>none, N, S, V, F, Q: as in the bins of the network.</summary>
    public const int Classes = StepScores.BeatClasses;

    private readonly DenseLayer first, second, last;
    private readonly float[] hidden, inner, output;
    private readonly float[] logits = new float[LeadSet.MaxLeads * Classes];
    private readonly float[] weights = new float[LeadSet.MaxLeads];

    /// <summary>Refuses with <see cref="ArgumentException"/> layers that do not fit each other or the features of this version.</summary>
    public BeatJudge(DenseLayer first, DenseLayer second, DenseLayer last)
    {
        (this.first, this.second, this.last) = (first, second, last);
        if (first.Inputs != BeatFeatures.Count || second.Inputs != first.Outputs || last.Inputs != second.Outputs || last.Outputs != Classes + 1)
            throw new ArgumentException($"The layers do not lead from {BeatFeatures.Count} features to {Classes + 1} outputs.");
        (hidden, inner, output) = (new float[first.Outputs], new float[second.Outputs], new float[last.Outputs]);
    }

    /// <summary>Probabilities of the classes from the rows of one candidate, one row a lead.</summary>
    public void Judge(ReadOnlySpan<float> rows, int leads, Span<float> probabilities)
    {
        for (int lead = 0; lead < leads; lead++)
        {
            first.Apply(rows.Slice(lead * BeatFeatures.Count, BeatFeatures.Count), hidden, rectify: true);
            second.Apply(hidden, inner, rectify: true);
            last.Apply(inner, output, rectify: false);
            output.AsSpan(0, Classes).CopyTo(logits.AsSpan(lead * Classes));
            weights[lead] = output[Classes];
        }

        Softmax(weights.AsSpan(0, leads));
        for (int c = 0; c < Classes; c++)
        {
            float sum = 0;
            for (int lead = 0; lead < leads; lead++)
                sum += weights[lead] * logits[(lead * Classes) + c];
            probabilities[c] = sum;
        }

        Softmax(probabilities[..Classes]);
    }

    private static void Softmax(Span<float> values)
    {
        float most = float.MinValue, sum = 0;
        foreach (float value in values)
            most = Math.Max(most, value);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = MathF.Exp(values[i] - most);
            sum += values[i];
        }

        for (int i = 0; i < values.Length; i++)
            values[i] /= sum;
    }
}
