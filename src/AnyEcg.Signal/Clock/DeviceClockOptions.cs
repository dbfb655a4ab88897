namespace AnyEcg.Signal;

/// <summary>What the device says of its clock.</summary>
public enum DeviceClockKind : byte
{
    /// <summary>Nothing: device time is taken for true while it agrees with the times of receipt.</summary>
    Unknown = 0,

    /// <summary>Kept to UTC: device time is taken for true, however late frames come, unless it lies in our future.</summary>
    Synchronised = 1,

    /// <summary>Runs on its own: device time tells nothing of ours.</summary>
    Free = 2,
}

/// <summary>How the clock of a device is judged.</summary>
public sealed record DeviceClockOptions
{
    public DeviceClockKind Kind { get; init; } = DeviceClockKind.Unknown;

    /// <summary>
    /// Device time this far off the line for three frames running is a jump (0.05 s or more). Well above the jitter of
    /// stamps taken at sending, well below what would misplace an alert.
    /// </summary>
    public TimeSpan JumpThreshold { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// A clock of unknown kind is believed while frames seem to take no longer than this at best. A clock that is slow by less
    /// than this cannot be told from a slow network.
    /// </summary>
    public TimeSpan LargestDelay { get; init; } = TimeSpan.FromSeconds(2);
}
