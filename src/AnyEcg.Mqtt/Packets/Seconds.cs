namespace AnyEcg.Mqtt;

/// <summary>Intervals as the wire has them: whole seconds, the largest value standing for "never ends".</summary>
internal static class Seconds
{
    public static uint? From(TimeSpan? interval) => interval is { } value ? From(value) : null;

    /// <summary>Rounds up, so that a short interval does not become none.</summary>
    public static uint From(TimeSpan interval) =>
        (uint)Math.Clamp(Math.Ceiling(interval.TotalSeconds), 0, uint.MaxValue);

    public static TimeSpan ToInterval(uint seconds) =>
        seconds == uint.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromSeconds(seconds);
}
