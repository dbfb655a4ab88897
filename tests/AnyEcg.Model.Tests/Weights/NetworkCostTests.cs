namespace AnyEcg.Model.Tests;

public sealed class NetworkCostTests
{
    [Fact]
    public void Flops_SizeS_EqualTheCountByHand()
    {
        NetworkCost cost = new(ModelPresets.S);
        Assert.Equal((30 * (15 * 16 + 48 * 16 + 48 * 16) + 482 * 128) * 2, cost.TokenizerFlops);
        Assert.Equal(4 * 12 * 128 * 128 * 2, cost.BlockFlops);
        Assert.Equal(4 * 64 * 128 * 2 * 2, cost.AttentionFlops);
        Assert.Equal((128 * 480 + 30 * (208 * 48 + 64 * 32 + 32 * 7)) * 2, cost.BeatFlops);
        Assert.Equal((128 * 32 + 32 * 1024 + 128 * 1024) * 2, cost.CodeFlops);
        Assert.Equal((189 * 96 + 320 * 96 + 96 * (9 + 1 + 15 + 1 + 4)) * 2, cost.RowFlops);
        Assert.Equal(3_231_488, cost.Flops);
    }

    [Fact]
    public void Bytes_SizeS_EqualTheCountByHand()
    {
        NetworkCost cost = new(ModelPresets.S);
        Assert.Equal(4 * 63 * 576, cost.RingBytesRead);
        Assert.Equal(4 * 576, cost.RingBytesWritten);
        Assert.Equal((300 + 210) * 4, cost.InputOutputBytes);
        Assert.Equal(cost.RingBytesRead + cost.RingBytesWritten + cost.InputOutputBytes, cost.StreamBytes);
    }

    [Fact]
    public void Keys_TwelveLeads_WindowAndTwoOfEachOther()
    {
        NetworkCost one = new(ModelPresets.S), twelve = new(ModelPresets.S, 12);
        Assert.Equal(64 + 22, twelve.Keys);
        Assert.Equal(12 * one.BlockFlops, twelve.BlockFlops);
        Assert.Equal(one.RowFlops, twelve.RowFlops);
        Assert.True(twelve.AttentionFlops > 12 * one.AttentionFlops);
    }

    [Fact]
    public void WeightBytes_SizeS_EqualTheCountByHand()
    {
        Assert.Equal(4 * 1_193_313, new NetworkCost(ModelPresets.S).WeightBytes);
    }

    [Fact]
    public void Bytes_SizeSInBfloat_EqualTheCountByHand()
    {
        NetworkCost cost = new(ModelPresets.S, bfloat: true);
        Assert.Equal(4 * 63 * 512, cost.RingBytesRead);
        Assert.Equal(4 * 512, cost.RingBytesWritten);
        Assert.Equal(2 * 1_193_313, cost.WeightBytes);
        Assert.Equal(new NetworkCost(ModelPresets.S).Flops, cost.Flops);
    }
}
