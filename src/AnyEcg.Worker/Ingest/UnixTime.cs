namespace AnyEcg.Worker;

/// <summary>Our clock as all documents and frames count it.</summary>
internal static class UnixTime
{
    /// <summary>Nanoseconds since the Unix epoch, to 100 ns.</summary>
    public static long NowNs(this TimeProvider time) => (time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100;
}
