namespace AnyEcg.Signal;

/// <summary>Settings of the signal path of one stream.</summary>
public sealed record StreamSignalOptions
{
    public AlignerOptions Aligner { get; init; } = new();

    /// <summary>How device clocks are judged; <see cref="DeviceClockOptions.Kind"/> comes from each stream's format.</summary>
    public DeviceClockOptions Clock { get; init; } = new();

    /// <summary>
    /// Longest loss in seconds that is bridged by holding the last value (0-10); after a longer one the filters start anew.
    /// One second is shorter than what changes a verdict and longer than any single lost frame of an ordinary device.
    /// </summary>
    public double MaxBridgedSeconds { get; init; } = 1;

    /// <summary>
    /// Most seconds without any sample that are emitted for one loss (1-3600); the rest is jumped over and counted.
    /// 64 empties the network's attention window, after which further empty seconds tell nothing.
    /// </summary>
    public int MaxEmptySeconds { get; init; } = 64;
}
