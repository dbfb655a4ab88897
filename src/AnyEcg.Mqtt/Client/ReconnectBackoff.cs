namespace AnyEcg.Mqtt;

/// <summary>
/// Waiting times between connects: the interval doubles from <paramref name="minimum"/> to <paramref name="maximum"/>; each wait
/// is drawn evenly from its upper half, so that clients that lost the same broker do not return all at once.
/// </summary>
internal sealed class ReconnectBackoff(TimeSpan minimum, TimeSpan maximum, int seed)
{
    private readonly Random random = new(seed);
    private int doublings;

    private TimeSpan Interval
    {
        get
        {
            double ticks = minimum.Ticks * Math.Pow(2, doublings);
            return ticks < maximum.Ticks ? TimeSpan.FromTicks((long)ticks) : maximum;
        }
    }

    /// <summary>The next wait, whole milliseconds.</summary>
    public TimeSpan Next()
    {
        TimeSpan wait = Draw(Interval);
        if (Interval < maximum)
            doublings++;
        return wait;
    }

    /// <summary>A wait from the longest interval, outside the series.</summary>
    public TimeSpan Longest() => Draw(maximum);

    /// <summary>Called with the life time of a connection: one that outlived the current interval starts the series anew.</summary>
    public void OnConnectionEnded(TimeSpan lived)
    {
        if (lived > Interval)
            doublings = 0;
    }

    /// <summary>A seed that differs between clients and is the same in every run (FNV-1a of the id).</summary>
    public static int SeedOf(string clientId)
    {
        uint hash = 2166136261;
        foreach (char c in clientId)
            hash = (hash ^ c) * 16777619;
        return (int)hash;
    }

    private TimeSpan Draw(TimeSpan interval) =>
        TimeSpan.FromMilliseconds(Math.Round(interval.TotalMilliseconds * (0.5 + (0.5 * random.NextDouble()))));
}
