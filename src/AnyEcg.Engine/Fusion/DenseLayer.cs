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

    internal ReadOnlySpan<float> Bias => bias;

    /// <summary>Weights of one output, one for each input.</summary>
    internal ReadOnlySpan<float> Row(int output) => weight.AsSpan(output * Inputs, Inputs);
}
