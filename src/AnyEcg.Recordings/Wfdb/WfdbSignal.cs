namespace AnyEcg.Recordings;

/// <summary>One signal line of a WFDB header. Immutable. Physical value = (ADC value - <see cref="Baseline"/>) / <see cref="AdcGain"/>.</summary>
public sealed record WfdbSignal
{
    /// <summary>The gain that header(5) gives a signal without one, in ADC units per physical unit.</summary>
    public const double DefaultAdcGain = 200;

    public required string FileName { get; init; }

    /// <summary>The format's number, also of one that this project does not read.</summary>
    public required int FormatCode { get; init; }

    /// <summary>Samples of this signal in one frame; above 1 in a multi-frequency record.</summary>
    public int SamplesPerFrame { get; init; } = 1;

    /// <summary>Frames by which this signal is late in the file.</summary>
    public int Skew { get; init; }

    /// <summary>Bytes before the first sample, e.g. 24 in a MATLAB level 4 file.</summary>
    public long ByteOffset { get; init; }

    /// <summary>ADC units per physical unit.</summary>
    public double AdcGain { get; init; } = DefaultAdcGain;

    /// <summary>False when the header gives no gain, so that <see cref="AdcGain"/> is only the default.</summary>
    public bool IsCalibrated { get; init; }

    /// <summary>ADC value of 0 physical units.</summary>
    public double Baseline { get; init; }

    /// <summary>Physical unit; mV when the header does not say.</summary>
    public string Units { get; init; } = "mV";

    /// <summary>Bits of the converter; null when the header does not say.</summary>
    public int? AdcResolution { get; init; }

    /// <summary>ADC value in the middle of the converter's range.</summary>
    public int AdcZero { get; init; }

    /// <summary>First sample, where the header gives it.</summary>
    public int? InitialValue { get; init; }

    /// <summary>Sum of all samples modulo 65,536, as a signed number, where the header gives it.</summary>
    public short? Checksum { get; init; }

    public int BlockSize { get; init; }

    /// <summary>What the header calls the signal; empty when it does not.</summary>
    public string Description { get; init; } = "";

    /// <summary>
    /// Lowest and highest code of the converter, from its zero and resolution. Null where the header gives no resolution, and
    /// where the two contradict the baseline (some programs that write derived records leave them out of step): a guess would
    /// make sound signal look saturated.
    /// </summary>
    public (long Min, long Max)? AdcRange
    {
        get
        {
            if (AdcResolution is not { } bits)
            {
                return null;
            }

            (long Min, long Max) range = (AdcZero - (1L << (bits - 1)), AdcZero + (1L << (bits - 1)) - 1);
            return Baseline >= range.Min && Baseline <= range.Max ? range : null;
        }
    }

    internal RecordedSignal ToRecorded(double framesPerSecond) => new()
    {
        Name = Description,
        SampleRateHz = framesPerSecond * SamplesPerFrame,
        AdcGain = AdcGain,
        Baseline = Baseline,
        Units = Units,
        AdcRange = AdcRange,
    };
}
