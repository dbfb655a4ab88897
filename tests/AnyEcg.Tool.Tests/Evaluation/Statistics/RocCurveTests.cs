using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Tool.Tests;

public sealed class RocCurveTests
{
    [Fact]
    public void Area_WorkedExample_CountsPairsAndHalvesTies()
    {
        // positives 0.9 0.5 0.5, negatives 0.5 0.1: 0.9 beats both, each 0.5 beats 0.1 and ties with 0.5: (2 + 1.5 + 1.5) / 6
        Scored[] items = [new(0.9, true), new(0.5, true), new(0.5, true), new(0.5, false), new(0.1, false)];
        Assert.Equal(5 / 6d, RocCurve.Area(items)!.Value, 12);
    }

    [Fact]
    public void Area_OneSideMissing_IsUndefined()
    {
        Assert.Null(RocCurve.Area([]));
        Assert.Null(RocCurve.Area([new(1, true)]));
        Assert.Null(RocCurve.Area([new(1, false), new(2, false)]));
    }

    [Fact]
    public void Area_AnyScores_IsTheShareOfPairs() => Prop.ForAll(
        Gen.Choose(0, 5).Two().ListOf().ToArbitrary(),
        pairs =>
        {
            Scored[] items = [.. pairs.Select(p => new Scored(p.Item1, p.Item2 % 2 == 0))];
            double[] won = [.. from a in items where a.Positive from b in items where !b.Positive select a.Score > b.Score ? 1 : a.Score.Equals(b.Score) ? 0.5 : 0];
            double? area = RocCurve.Area(items);
            Assert.Equal(won.Length > 0, area is not null);
            Assert.Equal(won.DefaultIfEmpty(0).Average(), area ?? 0, 9);
        }).QuickCheckThrowOnFailure();
}
