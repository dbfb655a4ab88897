namespace AnyEcg.Signal;

/// <summary>Our clock as all documents and frames count it: nanoseconds since the Unix epoch, to the 100 ns of a tick.</summary>
public static class UnixTime
{
    public static long NowNs(this TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return ToNs(time.GetUtcNow());
    }

    public static long ToNs(DateTimeOffset instant) => (instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * TimeSpan.NanosecondsPerTick;
}
