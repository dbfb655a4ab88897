using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>What `anyecg prepare` was asked for.</summary>
internal sealed record PrepareRequest
{
    /// <summary>Recordings (of WFDB without extension), or folders of them.</summary>
    public required IReadOnlyList<string> Records { get; init; }

    public required string Out { get; init; }

    /// <summary>Name of the set; the name of each recording's folder when null.</summary>
    public string? Source { get; init; }

    /// <summary>List of labels and splits, for sets with a label per recording.</summary>
    public string? Labels { get; init; }

    /// <summary>Splits of the list to take; all when empty.</summary>
    public IReadOnlyList<string> Splits { get; init; } = [];

    /// <summary>What files without a header do not say of themselves.</summary>
    public RecordingOptions Recording { get; init; } = new();

    public MainsFrequency Mains { get; init; } = MainsFrequency.Off;

    /// <summary>Noise to add to every recording; none when null.</summary>
    public NoiseMix? Noise { get; init; }
}
