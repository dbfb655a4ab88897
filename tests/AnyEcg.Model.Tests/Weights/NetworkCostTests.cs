namespace AnyEcg.Model.Tests;

public sealed class NetworkCostTests
{
    private static readonly NetworkConfig SizeS = new()
    {
        Dim = 128,
        Heads = 4,
        TokenizerLayers = 1,
        EncoderLayers = 3,
        Window = 64,
        Channels = 16,
        Groups = 4,
        Codes = 1024,
        CodeDim = 32,
        MlpRatio = 4,
        RotaryBase = 1000,
        RowHidden = 96,
        ContextFeatures = 61,
        BeatChannels = 48,
        BeatContext = 16,
        BeatHidden = 32,
        ArrhythmiaClasses = 15,
    };

    [Fact]
    public void Flops_SizeS_EqualTheCountByHand()
    {
        NetworkCost cost = new(SizeS);
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
        NetworkCost cost = new(SizeS);
        Assert.Equal(4 * 63 * 576, cost.RingBytesRead);
        Assert.Equal(4 * 576, cost.RingBytesWritten);
        Assert.Equal((300 + 210) * 4, cost.InputOutputBytes);
        Assert.Equal(cost.RingBytesRead + cost.RingBytesWritten + cost.InputOutputBytes, cost.StreamBytes);
    }

    [Fact]
    public void Keys_TwelveLeads_WindowAndTwoOfEachOther()
    {
        NetworkCost one = new(SizeS), twelve = new(SizeS, 12);
        Assert.Equal(64 + 22, twelve.Keys);
        Assert.Equal(12 * one.BlockFlops, twelve.BlockFlops);
        Assert.Equal(one.RowFlops, twelve.RowFlops);
        Assert.True(twelve.AttentionFlops > 12 * one.AttentionFlops);
    }

    [Fact]
    public void WeightBytes_SizeS_EqualTheCountByHand()
    {
        Assert.Equal(4 * 1_193_313, new NetworkCost(SizeS).WeightBytes);
    }

    [Fact]
    public void Bytes_SizeSInBfloat_EqualTheCountByHand()
    {
        NetworkCost cost = new(SizeS, bfloat: true);
        Assert.Equal(4 * 63 * 512, cost.RingBytesRead);
        Assert.Equal(4 * 512, cost.RingBytesWritten);
        Assert.Equal(2 * 1_193_313, cost.WeightBytes);
        Assert.Equal(new NetworkCost(SizeS).Flops, cost.Flops);
    }
}
