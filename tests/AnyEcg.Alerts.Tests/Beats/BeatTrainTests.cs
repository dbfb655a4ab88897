using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

public sealed class BeatTrainTests
{
    [Fact]
    public void Insert_LateBeat_GoesToItsPlace()
    {
        BeatTrain train = Train(300, 900, 1200);
        Assert.True(train.Insert(At(600)));
        Assert.Equal([1200, 900, 600, 300], Samples(train));
    }

    [Theory]
    [InlineData(359, false)]
    [InlineData(360, true)]
    [InlineData(541, false)]
    [InlineData(540, true)]
    public void Insert_WithinRefractoryTime_IsRefused(long sample, bool taken)
    {
        Assert.Equal(taken, Train(300, 600).Insert(At(sample)));
    }

    [Fact]
    public void Insert_FullTrain_LosesTheOldest()
    {
        BeatTrain train = new(3);
        for (int i = 1; i <= 5; i++)
            Assert.True(train.Insert(At(i * 300)));
        Assert.Equal([1500, 1200, 900], Samples(train));
        Assert.False(train.Insert(At(60)));
    }

    [Fact]
    public void RateOver_Span_CountsItsIntervals()
    {
        BeatTrain train = Train(0, 300, 600, 750, 900);
        Assert.Equal(120, train.RateOver(300, 900, out long covered));
        Assert.Equal(300, covered);
        Assert.Null(train.RateOver(100, 900, out _));
    }

    private static BeatTrain Train(params long[] samples)
    {
        BeatTrain train = new(16);
        foreach (long sample in samples)
            Assert.True(train.Insert(At(sample)));
        return train;
    }

    private static TrainBeat At(long sample) => new(sample, BeatClass.N, true, 1);

    private static IEnumerable<long> Samples(BeatTrain train) => Enumerable.Range(0, train.Count).Select(i => train[i].Sample);
}
