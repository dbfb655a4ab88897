using AnyEcg.Protocol;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>How a record is cut into frames.</summary>
public sealed record FrameSourceOptions
{
    public const double MinFrameSeconds = 0.1, MaxFrameSeconds = 10;

    /// <summary>Length of a frame, 0.1 to 10 s; rounded to whole samples.</summary>
    public double FrameSeconds { get; init; } = 1;

    /// <summary>Start count that the frames carry.</summary>
    public uint Epoch { get; init; } = 1;

    /// <summary>Device time of sample 0, nanoseconds since the Unix epoch; null: the frames carry no device time.</summary>
    public long? StartNs { get; init; }

    /// <summary>What the descriptor says of the clock.</summary>
    public ClockKind Clock { get; init; } = ClockKind.None;

    /// <summary>What the descriptor says of the mains. Recordings do not know.</summary>
    public MainsFrequency Mains { get; init; } = MainsFrequency.Off;

    /// <summary>What the recording's file does not say of itself.</summary>
    public RecordingOptions? Recording { get; init; }

    /// <summary>What the descriptor says of frames without a Content Type; null leaves it out.</summary>
    public string? ContentType { get; init; }
}
