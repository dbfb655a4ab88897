using System.Collections.Immutable;

namespace AnyEcg.Recordings;

/// <summary>What a file of the EDF family is: the version field tells the sample size, the reserved field the rest.</summary>
internal enum EdfKind
{
    /// <summary>16-bit samples, no annotations.</summary>
    Edf,

    /// <summary>EDF+ without interruptions.</summary>
    EdfPlusContinuous,

    /// <summary>EDF+ whose data records say when they begin.</summary>
    EdfPlusDiscontinuous,

    /// <summary>24-bit samples.</summary>
    Bdf,
    BdfPlusContinuous,
    BdfPlusDiscontinuous,
}

/// <summary>
/// Header of EDF (Kemp et al. 1992), EDF+ (Kemp and Olivan 2003) and BDF: 256 bytes of ASCII fields, and 256 per signal. Immutable.
/// </summary>
internal sealed record EdfHeader
{
    public required EdfKind Kind { get; init; }

    public required ImmutableArray<EdfSignal> Signals { get; init; }

    public required int HeaderBytes { get; init; }

    /// <summary>Number of data records; null when the recorder did not come to write it (-1).</summary>
    public required long? RecordCount { get; init; }

    /// <summary>Seconds of a data record; 0 in a file with annotations only.</summary>
    public required double RecordSeconds { get; init; }

    public required DateTime? StartTime { get; init; }

    public required Patient Patient { get; init; }

    public bool Is24Bit => Kind >= EdfKind.Bdf;

    public bool IsDiscontinuous => Kind is EdfKind.EdfPlusDiscontinuous or EdfKind.BdfPlusDiscontinuous;

    public int SampleBytes => Is24Bit ? 3 : 2;

    /// <summary>Samples of all signals in one data record.</summary>
    public long RecordSamples => Signals.Sum(signal => (long)signal.SamplesPerRecord);

    /// <summary>Whether a file begins like one of the family.</summary>
    public static bool IsStart(ReadOnlySpan<byte> start) =>
        start.Length >= 256 && (start.StartsWith("0       "u8) || (start[0] == 0xff && start[1..].StartsWith("BIOSEMI"u8)));
}

/// <summary>One signal of an EDF file. Immutable.</summary>
internal sealed record EdfSignal
{
    public required string Label { get; init; }

    public required string Units { get; init; }

    public required double PhysicalMin { get; init; }

    public required double PhysicalMax { get; init; }

    public required int DigitalMin { get; init; }

    public required int DigitalMax { get; init; }

    public required int SamplesPerRecord { get; init; }

    public bool IsAnnotations => Label is "EDF Annotations" or "BDF Annotations";

    /// <summary>Steps per physical unit: the two ranges give a straight line.</summary>
    public double AdcGain => (DigitalMax - (double)DigitalMin) / (PhysicalMax - PhysicalMin);

    /// <summary>Step of 0 physical units.</summary>
    public double Baseline => DigitalMin - (PhysicalMin * AdcGain);

    /// <summary>The digital range where it is a converter's; others are often what occurred, at which a sound signal would look saturated.</summary>
    public (long Min, long Max)? AdcRange
    {
        get
        {
            long width = DigitalMax - (long)DigitalMin + 1;
            return long.IsPow2(width) && width >= 256 ? (DigitalMin, DigitalMax) : null;
        }
    }
}
