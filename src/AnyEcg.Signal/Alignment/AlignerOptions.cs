namespace AnyEcg.Signal;

/// <summary>How far out of order frames may come.</summary>
public sealed record AlignerOptions
{
    /// <summary>Most frames that wait for an earlier one (0-64). More memory per stream against more tolerance.</summary>
    public int MaxHeldFrames { get; init; } = 8;
}
