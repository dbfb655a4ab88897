namespace AnyEcg.Tool.Tests;

public sealed class BootstrapTests
{
    private static readonly Bootstrap Usual = new(2000, 7);

    [Fact]
    public void Of_TwoRecords_ReachesFromTheOneToTheOther() =>
        Assert.Equal(new Interval(0, 1), Usual.Of([0d, 1d], drawn => drawn.Average())); // each alone in a quarter of the draws

    [Fact]
    public void Of_TenOnesInHundred_IsNearTheBinomial()
    {
        // the mean of a resample is a binomial count of 100 draws at 0.1 by 100: 2.5 % at 0.05, 97.5 % at 0.16
        double[] values = [.. Enumerable.Range(0, 100).Select(i => i < 10 ? 1d : 0d)];
        Interval interval = Usual.Of(values, drawn => drawn.Average())!.Value;
        Assert.InRange(interval.Low, 0.04, 0.05);
        Assert.InRange(interval.High, 0.155, 0.17);
    }

    [Fact]
    public void Of_OneRecordOrNone_SaysNothing()
    {
        Assert.Null(Usual.Of([1d], drawn => drawn.Average()));
        Assert.Null(Usual.Of(Array.Empty<double>(), _ => 1));
        Assert.Null(new Bootstrap(0, 7).Of([1d, 2d], drawn => drawn.Average()));
    }

    [Fact]
    public void Of_SameSeed_IsTheSameAndDrawsDoNotDependOnTheFigure()
    {
        List<double> first = [], second = [];
        new Bootstrap(50, 3).Of([1d, 2d, 3d], drawn => Keep(first, drawn.Sum()));
        new Bootstrap(50, 3).Of([1d, 2d, 3d], drawn => Keep(second, drawn.Sum()) > 100 ? 0 : null);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Of_MostlyUndefined_IsNull()
    {
        int calls = 0;
        Assert.Null(new Bootstrap(100, 1).Of([1d, 2d], _ => ++calls <= 50 ? 1 : null));
        calls = 0;
        Assert.Equal(new Interval(1, 1), new Bootstrap(100, 1).Of([1d, 2d], _ => ++calls <= 51 ? 1 : null));
    }

    private static double? Keep(List<double> into, double value)
    {
        into.Add(value);
        return value;
    }
}
