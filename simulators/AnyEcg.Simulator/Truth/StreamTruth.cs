using System.Collections.Immutable;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>
/// What is so of a simulated stream, whatever anybody makes of it. All positions are samples since the device's first, over all epochs;
/// <see cref="Epochs"/> turns them into what the frames say. Immutable.
/// </summary>
public sealed record StreamTruth
{
    public required StreamKey Key { get; init; }

    /// <summary>The rate that the device states.</summary>
    public required double SampleRateHz { get; init; }

    /// <summary>The rate at which it takes samples.</summary>
    public required double TrueRateHz { get; init; }

    /// <summary>Where this truth ends: sample after the last that it speaks of.</summary>
    public required long Samples { get; init; }

    /// <summary>Beats, ascending, with what an annotator would write; a P wave alone is among them.</summary>
    public ImmutableArray<TrueBeat> Beats { get; init; } = [];

    public ImmutableArray<TrueRhythm> Rhythms { get; init; } = [];

    public ImmutableArray<TrueNoise> Noise { get; init; } = [];

    public ImmutableArray<TrueElectrode> Electrodes { get; init; } = [];

    /// <summary>Samples that the device did not take.</summary>
    public ImmutableArray<TrueSpan> Gaps { get; init; } = [];

    /// <summary>Where the device begins to count anew.</summary>
    public ImmutableArray<TrueEpoch> Epochs { get; init; } = [];
}

/// <summary>Samples [<paramref name="First"/>, <paramref name="End"/>).</summary>
public readonly record struct TrueSpan(long First, long End);

/// <summary>A beat at the sample of its R peak.</summary>
public readonly record struct TrueBeat(long Sample, AnnotationCode Code);

/// <summary>A rhythm, named as in a scenario.</summary>
public readonly record struct TrueRhythm(TrueSpan Span, SyntheticRhythm Rhythm);

/// <summary>Noise at a signal-to-noise ratio.</summary>
public readonly record struct TrueNoise(TrueSpan Span, NoiseKind Kind, double SnrDb);

/// <summary>Leads without contact.</summary>
public readonly record struct TrueElectrode(TrueSpan Span, uint Leads, ElectrodeSignal Signal, bool Flagged);

/// <summary>From <paramref name="First"/> on, the device counts from 0 in this epoch.</summary>
public readonly record struct TrueEpoch(uint Epoch, long First);
