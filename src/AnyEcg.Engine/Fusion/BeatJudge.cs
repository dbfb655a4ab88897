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

    private readonly Perceptron[] gates, classes;
    private readonly float[] own = new float[Classes], outputs = new float[Classes];

    /// <summary>Refuses with <see cref="ArgumentException"/> perceptrons for other features or outputs than this version's, and none at all.</summary>
    public BeatJudge(ReadOnlySpan<Perceptron> gates, ReadOnlySpan<Perceptron> classes)
    {
        (this.gates, this.classes) = (Checked(gates, GateOutputs), Checked(classes, Classes));
    }

    /// <summary>Probability that a candidate is a beat, from its rows: one for each lead, each of <see cref="BeatFeatures.Count"/> values.</summary>
    public float Chance(ReadOnlySpan<float> rows, int leads)
    {
        Apply(gates, rows, leads);
        return 1 / (1 + MathF.Exp(outputs[0] - outputs[1]));
    }

    /// <summary>The likeliest class of a candidate, given that it is a beat.</summary>
    public BeatClass ClassOf(ReadOnlySpan<float> rows, int leads)
    {
        Apply(classes, rows, leads);
        int best = 0;
        for (int c = 1; c < Classes; c++)
            best = outputs[c] > outputs[best] ? c : best;
        return (BeatClass)best;
    }

    private static Perceptron[] Checked(ReadOnlySpan<Perceptron> members, int outputs)
    {
        foreach (Perceptron member in members)
        {
            if (member.Outputs != outputs || member.Inputs != BeatFeatures.Count)
                throw new ArgumentException($"A member must lead from {BeatFeatures.Count} features to {outputs} outputs.", nameof(members));
        }

        return members.IsEmpty ? throw new ArgumentException("There must be one member at least.", nameof(members)) : members.ToArray();
    }

    private void Apply(Perceptron[] members, ReadOnlySpan<float> rows, int leads)
    {
        Array.Clear(outputs);
        foreach (Perceptron member in members)
        {
            member.Apply(rows, leads, own);
            for (int o = 0; o < member.Outputs; o++)
                outputs[o] += own[o] / members.Length;
        }
    }
}
