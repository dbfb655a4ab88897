using AnyEcg.Recordings;

namespace AnyEcg.Tool;

/// <summary>Which stretch of which record.</summary>
internal sealed record StripRequest
{
    /// <summary>The recording; of WFDB the path without extension.</summary>
    public required string Path { get; init; }

    /// <summary>First second, from the record's start.</summary>
    public required double From { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Annotation file to draw beside what is found; null for none.</summary>
    public string? Annotations { get; init; }

    /// <summary>Names of the leads to draw; empty for all.</summary>
    public IReadOnlyList<string> Leads { get; init; } = [];

    public RecordingOptions Recording { get; init; } = new();
}
