namespace AnyEcg.Model.Tests;

public sealed class CudaBucketsTests
{
    [Fact]
    public void Of_AnyCount_IsTheSmallestThatFits()
    {
        CudaBuckets buckets = new(1000);
        Assert.Equal([16, 32, 64, 128, 256, 512, 1024], buckets.Sizes);
        for (int tokens = 1; tokens <= buckets.Largest; tokens++)
        {
            int bucket = CudaBuckets.Of(tokens);
            Assert.True(tokens <= buckets.Sizes[bucket] && (bucket == 0 || tokens > buckets.Sizes[bucket - 1]));
        }
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    [InlineData(16_384, 16_384)]
    [InlineData(16_385, 32_768)]
    public void Largest_MostTokens_RoundedUp(int tokens, int largest) => Assert.Equal(largest, new CudaBuckets(tokens).Largest);

    [Fact]
    public void MostTokens_WideNetwork_NoArrayOutgrowsAnInteger()
    {
        NetworkConfig wide = TestNetwork.Config with { Dim = 8192, MlpRatio = 16 };
        Assert.Equal(8192, CudaBuckets.MostTokens(wide, 65_536));
        Assert.Equal(16_384, CudaBuckets.MostTokens(TestNetwork.Config, 16_384));
    }
}
