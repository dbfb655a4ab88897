using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// The learned part of the beat judge: the gates say whether a candidate is a beat, the other perceptrons which class it has. Of
/// each kind there are several, trained from different seeds, whose outputs are averaged: one alone depends on its seed. Allocates nothing after construction. Engine thread only.
/// </summary>
public sealed class BeatJudge
{
    /// <summary>N, S, V, F, Q: <see cref="BeatClass"/>.</summary>
    public const int Classes = 5;

    private const int GateOutputs = 2;

    private readonly Committee gates, classes;
    private readonly float[] outputs = new float[Classes];

    /// <summary>Refuses with <see cref="ArgumentException"/> perceptrons for other features or outputs than this version's, of different shapes within a kind, and none at all.</summary>
    public BeatJudge(ReadOnlySpan<Perceptron> gates, ReadOnlySpan<Perceptron> classes)
    {
        (this.gates, this.classes) = (Checked(gates, GateOutputs), Checked(classes, Classes));
    }

    /// <summary>Probability that a candidate is a beat, from its rows: one for each lead, each of <see cref="BeatFeatures.Count"/> values.</summary>
    public float Chance(ReadOnlySpan<float> rows, int leads)
    {
        gates.Apply(rows, leads, outputs);
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

    private static Committee Checked(ReadOnlySpan<Perceptron> members, int outputs)
    {
        foreach (Perceptron member in members)
        {
            if (member.Outputs != outputs || member.Inputs != BeatFeatures.Count)
                throw new ArgumentException($"A member must lead from {BeatFeatures.Count} features to {outputs} outputs.", nameof(members));
        }

        return new Committee(members);
    }
}
