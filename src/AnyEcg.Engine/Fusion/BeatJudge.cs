using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// The learned part of the beat judge: the gate says whether a candidate is a beat, the other perceptron which class it has.
/// Allocates nothing after construction. Engine thread only.
/// </summary>
public sealed class BeatJudge
{
    /// <summary>N, S, V, F, Q: <see cref="BeatClass"/>.</summary>
    public const int Classes = 5;

    private const int GateOutputs = 2;

    private readonly Perceptron gate, classes;
    private readonly float[] outputs = new float[Classes];

    /// <summary>Refuses with <see cref="ArgumentException"/> perceptrons for other features or outputs than this version's.</summary>
    public BeatJudge(Perceptron gate, Perceptron classes)
    {
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentNullException.ThrowIfNull(classes);
        if (gate.Outputs != GateOutputs || classes.Outputs != Classes || gate.Inputs != BeatFeatures.Count || classes.Inputs != BeatFeatures.Count)
            throw new ArgumentException($"The judge must lead from {BeatFeatures.Count} features to {GateOutputs} and {Classes} outputs.");
        (this.gate, this.classes) = (gate, classes);
    }

    /// <summary>Probability that a candidate is a beat, from its rows: one for each lead, each of <see cref="BeatFeatures.Count"/> values.</summary>
    public float Chance(ReadOnlySpan<float> rows, int leads)
    {
        gate.Apply(rows, leads, outputs);
        return 1 / (1 + MathF.Exp(outputs[0] - outputs[1]));
    }

    /// <summary>The likeliest class of a candidate, given that it is a beat.</summary>
    public BeatClass ClassOf(ReadOnlySpan<float> rows, int leads)
    {
        classes.Apply(rows, leads, outputs);
        int best = 0;
        for (int c = 1; c < Classes; c++)
            best = outputs[c] > outputs[best] ? c : best;
        return (BeatClass)best;
    }
}
