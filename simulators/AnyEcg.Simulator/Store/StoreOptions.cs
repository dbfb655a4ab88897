namespace AnyEcg.Simulator;

/// <summary>How a device keeps what it cannot send at once. Only QoS 1 needs it: a QoS 0 frame without a connection is dropped.</summary>
public sealed record StoreOptions
{
    /// <summary>Most seconds of stream kept until acknowledged; the oldest unsent frame is dropped beyond it, and counted.</summary>
    public double Seconds { get; init; } = 300;

    /// <summary>Most bytes of payload kept, likewise.</summary>
    public long Bytes { get; init; } = long.MaxValue;

    /// <summary>How fast a backlog is sent: seconds of stream for one second at the device's own pace; above 1.</summary>
    public double CatchUp { get; init; } = 10;

    /// <summary>Most frames sent and not acknowledged: enough for full speed, little enough to feel the broker's pace.</summary>
    public int Window { get; init; } = 32;

    /// <summary>All faults of the settings, in words.</summary>
    internal IEnumerable<string> Validate()
    {
        if (!(Seconds > 0))
            yield return "store-seconds: above 0";
        if (Bytes <= 0)
            yield return "store-bytes: above 0";
        if (!(CatchUp > 1))
            yield return "catch-up: above 1";
        if (Window is < 1 or > 1024)
            yield return "window: 1 to 1024";
    }
}
