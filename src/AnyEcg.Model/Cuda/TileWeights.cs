namespace AnyEcg.Model;

/// <summary>
/// Weights in the order in which the lanes of a warp multiply them (Kernels/products.cuh): blocks of 16 outputs x 16 inputs, all inputs of 16
/// outputs before the next; in a block, eight numbers for each lane one after the other, so that a warp reads a block in one piece and no lane
/// has to look for its numbers.
/// </summary>
internal static class TileWeights
{
    /// <summary>Outputs and inputs of a block.</summary>
    public const int Side = 16;

    private const int LaneNumbers = 8, BlockNumbers = Side * Side;

    /// <summary>The next multiple of <see cref="Side"/>.</summary>
    public static int Padded(int count) => (count + Side - 1) / Side * Side;

    /// <summary>
    /// Packs [outputs, inputs]; both are padded with zeros to multiples of 16. <paramref name="firstInput"/>: zeros before the first input of each output.
    /// </summary>
    public static float[] Pack(ReadOnlySpan<float> weights, int outputs, int inputs, int firstInput = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, outputs * inputs);
        int paddedInputs = Padded(firstInput + inputs);
        float[] packed = new float[Padded(outputs) * paddedInputs];
        for (int output = 0; output < outputs; output++)
        {
            for (int input = 0; input < inputs; input++)
            {
                packed[Place(output, firstInput + input, paddedInputs)] = weights[output * inputs + input];
            }
        }

        return packed;
    }

    /// <summary>Where a weight lies. The lane's group g = lane / 4 holds one output of a tile's eight, its t = lane % 4 four inputs.</summary>
    private static int Place(int output, int input, int paddedInputs)
    {
        int block = output / Side * (paddedInputs / Side) + input / Side;
        (int o, int i) = (output % Side, input % Side);
        int group = o / 4 * 2 + o % 2, tile = o % 4 / 2, lane = group * 4 + i / 4;
        return block * BlockNumbers + lane * LaneNumbers + tile * 4 + i % 4;
    }
}
