namespace AnyEcg.Worker.Tests;

/// <summary>A clock that moves when the test says so.</summary>
internal sealed class ManualClock : TimeProvider
{
    private DateTimeOffset now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private TimeSpan setBy;

    public override DateTimeOffset GetUtcNow() => now + setBy;

    public override long GetTimestamp() => now.UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Somebody sets the time of day; no time passes.</summary>
    public void Set(double seconds) => setBy += TimeSpan.FromSeconds(seconds);

    public void Advance(double seconds) => now += TimeSpan.FromSeconds(seconds);
}
