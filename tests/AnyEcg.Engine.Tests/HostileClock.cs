namespace AnyEcg.Engine.Tests;

/// <summary>A clock that stands until told otherwise, counts in an odd unit, and can be set back.</summary>
internal sealed class HostileClock(long frequency = 3_579_545) : TimeProvider
{
    private long stamp = 12_345;
    private DateTimeOffset now = new(2026, 2, 28, 23, 59, 58, TimeSpan.Zero);

    public override long TimestampFrequency { get; } = frequency;

    public override long GetTimestamp() => stamp;

    public override DateTimeOffset GetUtcNow() => now;

    public void Advance(TimeSpan by)
    {
        stamp += (long)Math.Round(by.TotalSeconds * TimestampFrequency);
        now += by;
    }

    /// <summary>Only the wall clock jumps.</summary>
    public void SetWallClock(TimeSpan by) => now += by;
}
