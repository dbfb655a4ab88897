namespace AnyEcg.Signal;

/// <summary>How far out of order frames may come, and how far back what was seen is remembered.</summary>
public sealed record AlignerOptions
{
    /// <summary>
    /// A frame may come this much later than data that lies after it (0-30 s). Until then a hole is kept open, so this is also
    /// what a lost frame delays the stream by.
    /// </summary>
    public TimeSpan ReorderTolerance { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How far back a repeated range is compared with what was seen (1-60 s); four bytes a sample. Covers what a device sends
    /// again after a broken connection.
    /// </summary>
    public TimeSpan History { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most frames that wait for an earlier one (1-4096): 2 s of frames of 8 ms.</summary>
    public int MaxHeldFrames { get; init; } = 256;

    /// <summary>A frame further ahead than this is a broken counter, not a loss: longer than any device records.</summary>
    public TimeSpan LargestJump { get; init; } = TimeSpan.FromDays(30);
}
