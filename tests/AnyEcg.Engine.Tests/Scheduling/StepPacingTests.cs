namespace AnyEcg.Engine.Tests;

public sealed class StepPacingTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData(10)]
    [InlineData(40)]
    public void Delay_FewRows_IsZero(double rowsPerSecond) => Assert.Equal(TimeSpan.Zero, Paced(rowsPerSecond, 2e-4, 3e-5).Delay);

    [Theory]
    [InlineData(1000)]
    [InlineData(5000)]
    [InlineData(20_000)]
    public void Delay_ManyRows_KeepsTheFixedPartAtItsShare(double rowsPerSecond)
    {
        const double fixedSeconds = 2e-4;
        double delay = Paced(rowsPerSecond, fixedSeconds, 3e-5).Delay.TotalSeconds;
        double share = rowsPerSecond * fixedSeconds / (1 + (rowsPerSecond * delay));
        Assert.InRange(share, 0.8 * StepPacing.FixedShare, 1.3 * StepPacing.FixedShare);
    }

    [Fact]
    public void Delay_CostlySteps_IsAtMostTheLongest() => Assert.Equal(Longest, Paced(1000, 0.1, 1e-4).Delay);

    [Fact]
    public void Delay_LoadGoesAway_BecomesZeroAgain()
    {
        HostileClock clock = new(1_000_000_000);
        StepPacing pacing = new(Longest, clock);
        Feed(pacing, clock, 5000, 2e-4, 3e-5, 300);
        Assert.True(pacing.Delay > TimeSpan.FromMilliseconds(5));
        Feed(pacing, clock, 5, 2e-4, 3e-5, 40);
        Assert.Equal(TimeSpan.Zero, pacing.Delay);
    }

    [Fact]
    public void Stepped_SizesDiffer_LearnsBothParts()
    {
        StepPacing pacing = Paced(3000, 4e-4, 2.5e-5);
        Assert.InRange(pacing.FixedSeconds, 3.9e-4, 4.1e-4);
        Assert.InRange(pacing.RowSeconds, 2.4e-5, 2.6e-5);
        Assert.InRange(pacing.RowsWithin(TimeSpan.FromMilliseconds(1), 512), 38, 42);
    }

    [Fact]
    public void Stepped_AlwaysTheSameSize_TakesOneRowForTheFixedPart()
    {
        HostileClock clock = new(1_000_000_000);
        StepPacing pacing = new(Longest, clock);
        for (int i = 0; i < 100; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            pacing.Stepped(200, 200, TimeSpan.FromMilliseconds(6));
        }

        Assert.Equal(3e-5, pacing.FixedSeconds, 1e-9);
        Assert.Equal(3e-5, pacing.RowSeconds, 1e-9);
    }

    [Fact]
    public void Stepped_ClockGoesBack_StaysFinite()
    {
        HostileClock clock = new();
        StepPacing pacing = new(Longest, clock);
        for (int i = 0; i < 50; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(i % 3 == 0 ? -1000 : 1));
            pacing.Stepped(1 + (i % 7), i % 7, TimeSpan.FromSeconds(i % 5 == 0 ? -3 : 0.01));
            Assert.InRange(pacing.Delay, TimeSpan.Zero, Longest);
            Assert.True(pacing.RowSeconds >= 0);
            Assert.InRange(pacing.RowsWithin(TimeSpan.FromMilliseconds(1), 512), 1, 512);
        }
    }

    private static StepPacing Paced(double rate, double fixedSeconds, double rowSeconds)
    {
        HostileClock clock = new(1_000_000_000);
        StepPacing pacing = new(Longest, clock);
        Feed(pacing, clock, rate, fixedSeconds, rowSeconds, 400);
        return pacing;
    }

    /// <summary>Steps as a paced engine runs them: what has come since the last one, which is never quite the same.</summary>
    private static void Feed(StepPacing pacing, HostileClock clock, double rate, double fixedSeconds, double rowSeconds, int steps)
    {
        Random random = new(5);
        for (int i = 0; i < steps; i++)
        {
            double wait = Math.Max(pacing.Delay.TotalSeconds, 1 / rate);
            int rows = Math.Max(1, (int)Math.Round(rate * wait * (0.7 + (0.6 * random.NextDouble()))));
            clock.Advance(TimeSpan.FromSeconds(rows / rate));
            pacing.Stepped(rows, rows, TimeSpan.FromSeconds(fixedSeconds + (rowSeconds * rows)));
        }
    }
}
