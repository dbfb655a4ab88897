namespace AnyEcg.Engine.Tests;

public sealed class DenseLayerTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(5, 8)]
    [InlineData(61, 33)]
    [InlineData(96, 48)]
    public void Apply_AnySize_GivesTheBitsOfOrderedSums(int inputs, int outputs)
    {
        Random random = new(1000 * inputs + outputs);
        float[] weight = Values(random, inputs * outputs), bias = Values(random, outputs), input = Values(random, inputs);
        float[] plain = new float[outputs], rectified = new float[outputs];
        DenseLayer layer = new(weight, bias);
        layer.Apply(input, plain, rectify: false);
        layer.Apply(input, rectified, rectify: true);

        for (int o = 0; o < outputs; o++)
        {
            float sum = bias[o];
            for (int i = 0; i < inputs; i++)
                sum += weight[(o * inputs) + i] * input[i];
            Assert.Equal(BitConverter.SingleToInt32Bits(sum), BitConverter.SingleToInt32Bits(plain[o]));
            Assert.Equal(Math.Max(sum, 0), rectified[o]);
        }
    }

    /// <summary>Of very different sizes, so that another order of the sums would show.</summary>
    private static float[] Values(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-4, 5))))];
}
