namespace AnyEcg.EndToEnd.Tests;

/// <summary>The time of day that never changes: devices that start at a time of the test's choice.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
