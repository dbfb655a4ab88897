namespace AnyEcg.Simulator;

/// <summary>What goes wrong between a device and the broker. Probabilities for each frame, drawn from the device's seed.</summary>
public sealed record FaultOptions
{
    /// <summary>Share of frames never sent, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>Share of frames sent twice, 0 to 1.</summary>
    public double Duplicate { get; init; }

    /// <summary>Share of frames sent after the frame that follows them, 0 to 1.</summary>
    public double Reorder { get; init; }

    /// <summary>Longest random delay of a frame, in seconds of stream time; the order of frames stays.</summary>
    public double JitterSeconds { get; init; }
}
