namespace AnyEcg.Engine.Tests;

public sealed class DurationHistogramTests
{
    [Theory]
    [InlineData(0.00002)]
    [InlineData(0.0031)]
    [InlineData(0.5)]
    [InlineData(99)]
    public void Quantile_OneDuration_LiesWithinAQuarterDoubling(double seconds)
    {
        DurationHistogram histogram = new();
        histogram.Record(seconds);
        Assert.InRange(histogram.Snapshot().Quantile(0.5) / seconds, 1, 1.19);
    }

    [Fact]
    public void Quantile_Many_FollowsTheRanks()
    {
        DurationHistogram histogram = new();
        for (int i = 1; i <= 1000; i++)
            histogram.Record(i * 1e-3);
        HistogramSnapshot snapshot = histogram.Snapshot();
        Assert.Equal(1000, snapshot.Count);
        Assert.InRange(snapshot.Quantile(0.5), 0.5, 0.6);
        Assert.InRange(snapshot.Quantile(0.99), 0.99, 1.18);
        Assert.Equal(500.5, snapshot.SumSeconds, 6);
    }

    [Fact]
    public void Record_BeyondTheEnds_StaysInTheOuterBuckets()
    {
        DurationHistogram histogram = new();
        Assert.Equal(0, histogram.Snapshot().Quantile(0.99));
        histogram.Record(-5);
        histogram.Record(1e9);
        HistogramSnapshot snapshot = histogram.Snapshot();
        Assert.Equal((1, 1), (snapshot.Counts[0], snapshot.Counts[^1]));
        Assert.Equal(1e9, snapshot.SumSeconds);
        Assert.Equal(snapshot.UpperBoundsSeconds.Length + 1, snapshot.Counts.Length);
    }
}
