using System.Collections.Immutable;

namespace AnyEcg.Recordings;

/// <summary>What a file says of the recording beside its signals. Immutable.</summary>
public sealed record RecordingInfo
{
    public required string Name { get; init; }

    /// <summary>The kind of file, for people: "WFDB", "EDF+D", "ISHNE", "CSV", ...</summary>
    public required string Kind { get; init; }

    /// <summary>Local time of the first sample; null where the file does not give date and time.</summary>
    public DateTime? StartTime { get; init; }

    /// <summary>Ticks per second of an annotation file beside the recording that does not state its own: the frame rate in WFDB; null elsewhere: samples of the ECG.</summary>
    public double? AnnotationRateHz { get; init; }

    public ImmutableArray<string> Comments { get; init; } = [];

    /// <summary>Age in years and sex, where stated.</summary>
    public Patient Patient { get; init; }
}
