namespace AnyEcg.Engine.Tests;

public sealed class StackedLayerTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 7, 5)]
    [InlineData(5, 16, 2)]
    [InlineData(61, 33, 3)]
    [InlineData(96, 48, 7)]
    public void Apply_AnySize_GivesTheBitsOfOrderedSums(int inputs, int outputs, int members)
    {
        Random random = new(1000 * inputs + outputs);
        DenseLayer[] layers = [.. Enumerable.Range(0, members).Select(_ => new DenseLayer(Values(random, inputs * outputs), Values(random, outputs)))];
        float[] input = Values(random, members * inputs);
        StackedLayer apart = new(layers, shared: false), together = new(layers, shared: true);
        float[] own = new float[apart.Size], rectified = new float[apart.Size], same = new float[together.Size];
        apart.Apply(input, inputs, own, rectify: false);
        apart.Apply(input, inputs, rectified, rectify: true);
        together.Apply(input, 0, same, rectify: false);

        for (int m = 0; m < members; m++)
        {
            for (int o = 0; o < outputs; o++)
            {
                int at = (m * apart.Stride) + o;
                float sum = Sum(layers[m], o, input.AsSpan(m * inputs, inputs));
                Assert.Equal(Bits(sum), Bits(own[at]));
                Assert.Equal(Math.Max(sum, 0), rectified[at]);
                Assert.Equal(Bits(Sum(layers[m], o, input.AsSpan(0, inputs))), Bits(same[at]));
            }
        }
    }

    [Fact]
    public void Apply_TooShortInput_Throws()
    {
        StackedLayer layer = new([new DenseLayer([1, 2], [0])], shared: true);
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.Apply([1], 0, new float[layer.Size], rectify: false));
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.Apply([1, 2], 0, new float[1], rectify: false));
    }

    private static float Sum(DenseLayer layer, int output, ReadOnlySpan<float> input)
    {
        float sum = layer.Bias[output];
        for (int i = 0; i < input.Length; i++)
            sum += layer.Row(output)[i] * input[i];
        return sum;
    }

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);

    /// <summary>Of very different sizes, so that another order of the sums would show.</summary>
    private static float[] Values(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-4, 5))))];
}
