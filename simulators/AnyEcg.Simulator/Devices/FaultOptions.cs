namespace AnyEcg.Simulator;

/// <summary>What goes wrong between a device and the broker. Probabilities for each frame, drawn from the device's seed.</summary>
public sealed record FaultOptions
{
    /// <summary>Share of frames never sent, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>Share of frames sent twice, 0 to 1.</summary>
    public double Duplicate { get; init; }

    /// <summary>Share of frames sent after frames that follow them, 0 to 1.</summary>
    public double Reorder { get; init; }

    /// <summary>How many frames overtake such a frame, 1 to 100. One frame at a time is late.</summary>
    public int ReorderDepth { get; init; } = 1;

    /// <summary>Longest random delay of a frame, in seconds of stream time; the order of frames stays.</summary>
    public double JitterSeconds { get; init; }

    /// <summary>All faults of the settings, in words.</summary>
    internal IEnumerable<string> Validate()
    {
        if (!(Loss is >= 0 and <= 1))
            yield return "loss: 0 to 1";
        if (!(Duplicate is >= 0 and <= 1))
            yield return "duplicate: 0 to 1";
        if (!(Reorder is >= 0 and <= 1))
            yield return "reorder: 0 to 1";
        if (ReorderDepth is < 1 or > 100)
            yield return "reorder-depth: 1 to 100";
        if (!(JitterSeconds is >= 0 and <= 3600))
            yield return "jitter: 0 to 3600 s";
    }
}
