using AnyEcg.Recordings;

namespace AnyEcg.Tool;

/// <summary>How records are run and scored. Immutable.</summary>
internal sealed record EvaluationSettings
{
    /// <summary>What the files do not say.</summary>
    public RecordingOptions Recording { get; init; } = new();

    /// <summary>Extension of the reference annotations.</summary>
    public string Annotator { get; init; } = "atr";

    /// <summary>Second from which records are scored; null: EC57's five minutes, where a record is twice as long.</summary>
    public double? ScoreFrom { get; init; }

    /// <summary>Seconds around rhythm marks for the tolerant scores; null: only strict ones.</summary>
    public double? Tolerance { get; init; }

    /// <summary>Noise to add; null: none.</summary>
    public NoiseLibrary? Noise { get; init; }

    /// <summary>Signal-to-noise ratios in dB, each a run over all records; null stands for no noise.</summary>
    public IReadOnlyList<double?> Snrs { get; init; } = [null];

    /// <summary>Lengths of simulated asystole in seconds; empty: none.</summary>
    public IReadOnlyList<double> AsystoleLengths { get; init; } = [];

    /// <summary>Stretches of each length in a record.</summary>
    public int AsystoleEach { get; init; } = 3;

    /// <summary>Of every choice by chance.</summary>
    public int Seed { get; init; } = Bootstrap.DefaultSeed;

    /// <summary>Folder for annotation files of the results; null: none.</summary>
    public string? WriteAnnotations { get; init; }
}
