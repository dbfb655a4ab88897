namespace AnyEcg.Store.Tests;

public sealed class CommitPacingTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void Delay_BeforeTheFirstCommit_IsTheSetting() => Assert.Equal(Longest, new CommitPacing(Longest, new ManualTime()).Delay);

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(30)]
    public void Delay_FewStreams_IsZero(double perSecond) => Assert.Equal(TimeSpan.Zero, After(perSecond, 0.003));

    [Theory]
    [InlineData(200)]
    [InlineData(2000)]
    public void Delay_ManyStreams_KeepsCommitsAtTheirShare(double perSecond)
    {
        double delay = After(perSecond, 0.003).TotalSeconds;
        Assert.InRange(perSecond * 0.003 / (1 + (perSecond * delay)), 0.08, 0.12);
    }

    [Fact]
    public void Delay_SlowDisk_IsAtMostTheSetting() => Assert.Equal(Longest, After(1000, 0.2));

    [Fact]
    public void Committed_ClockGoesBack_StaysWithinItsBounds()
    {
        ManualTime time = new();
        CommitPacing pacing = new(Longest, time);
        for (int i = 0; i < 60; i++)
        {
            time.Advance(TimeSpan.FromSeconds(i % 3 == 0 ? -100 : 0.05));
            pacing.Committed(i % 4, TimeSpan.FromSeconds(i % 5 == 0 ? -1 : 0.004));
            Assert.InRange(pacing.Delay, TimeSpan.Zero, Longest);
        }
    }

    private static TimeSpan After(double perSecond, double commitSeconds)
    {
        ManualTime time = new();
        CommitPacing pacing = new(Longest, time);
        for (int i = 0; i < 300; i++)
        {
            int things = Math.Max(1, (int)Math.Round(perSecond * Math.Max(pacing.Delay.TotalSeconds, 1 / perSecond)));
            time.Advance(TimeSpan.FromSeconds(things / perSecond));
            pacing.Committed(things, TimeSpan.FromSeconds(commitSeconds));
        }

        return pacing.Delay;
    }

    private sealed class ManualTime : TimeProvider
    {
        private long stamp = 1_000_000_000_000;

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => stamp;

        public void Advance(TimeSpan by) => stamp += (long)(by.TotalSeconds * 1e9);
    }
}
