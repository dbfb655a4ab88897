using System.Numerics;

namespace AnyEcg.Engine;

/// <summary>One layer of a perceptron: weights [outputs, inputs], row-major, and a bias for each output. Immutable.</summary>
public sealed class DenseLayer
{
    /// <summary>[inputs, outputs]: several outputs are summed at a time, each still in its own order.</summary>
    private readonly float[] columns;

    private readonly float[] bias;

    /// <summary>Refuses with <see cref="ArgumentException"/> weights that do not fit the biases.</summary>
    public DenseLayer(float[] weight, float[] bias)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        if (bias.Length == 0 || weight.Length == 0 || weight.Length % bias.Length != 0)
            throw new ArgumentException($"{weight.Length} weights do not fit {bias.Length} outputs.", nameof(weight));
        this.bias = bias;
        columns = new float[weight.Length];
        for (int i = 0; i < weight.Length; i++)
            columns[(i % Inputs * Outputs) + (i / Inputs)] = weight[i];
    }

    public int Outputs => bias.Length;

    public int Inputs => columns.Length / bias.Length;

    /// <summary>Sums in ascending order of the inputs: the same bits everywhere.</summary>
    internal void Apply(ReadOnlySpan<float> inputs, Span<float> outputs, bool rectify)
    {
        Span<float> sums = outputs[..bias.Length];
        bias.CopyTo(sums);
        for (int i = 0; i < inputs.Length; i++)
            AddScaled(columns.AsSpan(i * sums.Length, sums.Length), inputs[i], sums);
        for (int o = 0; rectify && o < sums.Length; o++)
            sums[o] = Math.Max(sums[o], 0);
    }

    /// <summary>Multiplied, rounded, then added, in vectors as one by one.</summary>
    private static void AddScaled(ReadOnlySpan<float> column, float input, Span<float> sums)
    {
        int o = 0;
        for (; o <= sums.Length - Vector<float>.Count; o += Vector<float>.Count)
            (new Vector<float>(sums[o..]) + (new Vector<float>(column[o..]) * input)).CopyTo(sums[o..]);
        for (; o < sums.Length; o++)
            sums[o] += column[o] * input;
    }
}
