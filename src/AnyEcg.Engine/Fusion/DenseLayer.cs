namespace AnyEcg.Engine;

/// <summary>One layer of a perceptron: weights [outputs, inputs], row-major, and a bias for each output. Immutable.</summary>
public sealed class DenseLayer
{
    private readonly float[] weight, bias;

    /// <summary>Refuses with <see cref="ArgumentException"/> weights that do not fit the biases.</summary>
    public DenseLayer(float[] weight, float[] bias)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        if (bias.Length == 0 || weight.Length == 0 || weight.Length % bias.Length != 0)
            throw new ArgumentException($"{weight.Length} weights do not fit {bias.Length} outputs.", nameof(weight));
        (this.weight, this.bias) = (weight, bias);
    }

    public int Outputs => bias.Length;

    public int Inputs => weight.Length / bias.Length;

    /// <summary>Sums in ascending order of the inputs: the same bits everywhere.</summary>
    internal void Apply(ReadOnlySpan<float> inputs, Span<float> outputs, bool rectify)
    {
        for (int o = 0; o < bias.Length; o++)
        {
            ReadOnlySpan<float> row = weight.AsSpan(o * inputs.Length, inputs.Length);
            float sum = bias[o];
            for (int i = 0; i < row.Length; i++)
                sum += row[i] * inputs[i];
            outputs[o] = rectify ? Math.Max(sum, 0) : sum;
        }
    }
}
