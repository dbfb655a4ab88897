namespace AnyEcg.Tool.Tests;

public sealed class PoissonBoundsTests
{
    /// <summary>Two-sided 95 % bounds as tabulated (Garwood 1936; Ulm 1990).</summary>
    [Theory]
    [InlineData(0, 0, 3.689)]
    [InlineData(1, 0.0253, 5.572)]
    [InlineData(2, 0.2422, 7.225)]
    [InlineData(5, 1.623, 11.668)]
    [InlineData(10, 4.795, 18.390)]
    [InlineData(100, 81.364, 121.627)]
    public void Of_SmallCounts_AreThePublishedOnes(long count, double low, double high)
    {
        (double Low, double High) bounds = PoissonBounds.Of(count);
        Assert.Equal(low, bounds.Low, 3);
        Assert.Equal(high, bounds.High, 3);
    }

    [Fact]
    public void Of_ZeroAtNinetyPercent_IsMinusLogOfTheTail() => Assert.Equal(-Math.Log(0.05), PoissonBounds.Of(0, 0.9).High, 9);

    [Fact]
    public void Of_LargeCount_IsNearTheNormalBounds()
    {
        (double low, double high) = PoissonBounds.Of(10_000);
        Assert.InRange(low, 10_000 - 197, 10_000 - 194);
        Assert.InRange(high, 10_000 + 196, 10_000 + 200);
    }

    [Fact]
    public void Of_NegativeCount_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => PoissonBounds.Of(-1));
}
