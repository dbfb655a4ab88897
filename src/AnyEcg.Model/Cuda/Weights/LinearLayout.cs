namespace AnyEcg.Model;

/// <summary>Puts the network's matrices into a block as cuBLASLt wants them.</summary>
internal sealed class LinearLayout(WeightBlock block, ModelWeights weights, bool full)
{
    private const int Multiple = 8;

    public static int Padded(int count) => (count + Multiple - 1) / Multiple * Multiple;

    /// <summary>One layer with its bias, or several of the same inputs whose outputs stand one after the other.</summary>
    /// <param name="spec">What is computed; inputs and outputs are set here.</param>
    /// <param name="rowScale">Tensor that multiplies the outputs, weight and bias alike; null for none.</param>
    /// <param name="leastOutputs">Outputs are filled up to so many.</param>
    /// <param name="names">Tensors without ".weight" and ".bias".</param>
    public CudaLinear Linear(ProductSpec spec, string[] names, string? rowScale = null, int leastOutputs = 0)
    {
        float[] biases = [.. names.SelectMany(name => weights[$"{name}.bias"])];
        int inputs = weights[$"{names[0]}.weight"].Length / weights[$"{names[0]}.bias"].Length;
        int outputs = Math.Max(Padded(biases.Length), leastOutputs);
        WeightPart matrix = Matrix([.. names.Select(name => $"{name}.weight")], inputs, outputs, rowScale);
        float[] Bias() => Filled(rowScale is null ? biases : [.. biases.Zip(weights[rowScale], (bias, scale) => scale * bias)], outputs);
        WeightPart bias = spec.FloatOutput ? block.Floats(outputs, Bias) : block.Reals(outputs, Bias);
        return new CudaLinear(spec with { Inputs = Padded(inputs), Outputs = outputs, Full = full, Bias = true }, matrix, bias);
    }

    /// <summary>A matrix without bias.</summary>
    public CudaLinear Matrix(ProductSpec spec, string name, int inputs)
    {
        int outputs = weights[name].Length / inputs;
        return new CudaLinear(spec with { Inputs = Padded(inputs), Outputs = Padded(outputs), Full = full }, Matrix([name], inputs, Padded(outputs), null), null);
    }

    private WeightPart Matrix(string[] names, int inputs, int outputs, string? rowScale) => block.Reals(Padded(inputs) * outputs, () =>
    {
        float[] padded = new float[Padded(inputs) * outputs];
        int row = 0;
        foreach (string name in names)
        {
            ReadOnlySpan<float> matrix = weights[name];
            for (; matrix.Length > 0; matrix = matrix[inputs..], row++)
            {
                Scale(matrix[..inputs], padded.AsSpan(row * Padded(inputs)), rowScale is null ? 1 : weights[rowScale][row]);
            }
        }

        return padded;
    });

    private static void Scale(ReadOnlySpan<float> from, Span<float> to, float by)
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = from[i] * by;
        }
    }

    /// <summary>The values, and zeros up to a length.</summary>
    public static float[] Filled(float[] values, int length)
    {
        float[] filled = new float[length];
        values.CopyTo(filled, 0);
        return filled;
    }
}
