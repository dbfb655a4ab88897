namespace AnyEcg.Model.Tests;

public sealed class TileWeightsTests
{
    [Fact]
    public void Pack_OfAnyShape_HoldsEveryWeightOnceAndZeros()
    {
        float[] weights = [.. Enumerable.Range(1, 23 * 15).Select(i => (float)i)];
        float[] packed = TileWeights.Pack(weights, 23, 15, firstInput: 1);

        Assert.Equal(32 * 16, packed.Length);
        Assert.Equal(weights, packed.Where(x => x != 0).Order());
    }

    [Theory]
    [InlineData(0, 0, 0)]                       // lane 0: output 0, inputs 0 to 3, then output 2
    [InlineData(0, 3, 3)]
    [InlineData(2, 0, 4)]
    [InlineData(0, 4, 8)]                       // lane 1: the next four inputs
    [InlineData(1, 0, 4 * 8)]                   // lane 4: the tile's second output
    [InlineData(4, 0, 8 * 8)]
    [InlineData(15, 15, 31 * 8 + 7)]
    [InlineData(3, 16, 256 + 4 * 8 + 4)]        // the next inputs of the same outputs
    [InlineData(16, 0, 3 * 256)]                // the next outputs after all inputs
    public void Pack_OfOneWeight_LiesWhereTheLaneReadsIt(int output, int input, int place)
    {
        float[] weights = new float[32 * 48];
        weights[output * 48 + input] = 1;

        Assert.Equal(place, Array.IndexOf(TileWeights.Pack(weights, 32, 48), 1));
    }
}
