namespace AnyEcg.Recordings;

/// <summary>One signal line: <c>file format[xN][:skew][+offset] gain[(baseline)][/units] bits zero initial checksum block description</c>.</summary>
internal sealed class WfdbSignalLine(WfdbHeaderParser parser, string content)
{
    private int at;

    public WfdbSignal Parse()
    {
        string? file = Next();
        string? format = Next();
        if (file is null || format is null)
        {
            throw parser.Fault("is no signal line: it needs a file name and a format");
        }

        WfdbSignal signal = WithGain(WithFormat(file, format), Next());
        if (Next() is { } bits && parser.Integer(bits, "converter resolution", 0, 32) is > 0 and var resolution)
        {
            signal = signal with { AdcResolution = resolution };
        }

        string? zero = Next();
        string? initial = Next();
        string? checksum = Next();
        string? block = Next();
        signal = signal with
        {
            AdcZero = zero is null ? 0 : parser.Integer(zero, "converter zero", int.MinValue, int.MaxValue),
            InitialValue = initial is null ? null : parser.Integer(initial, "initial value", int.MinValue, int.MaxValue),
            Checksum = checksum is null ? null : Sum(checksum),
            BlockSize = block is null ? 0 : parser.Integer(block, "block size", int.MinValue, int.MaxValue),
            Description = content[at..].Trim(),
        };
        return double.IsNaN(signal.Baseline) ? signal with { Baseline = signal.AdcZero } : signal;
    }

    private WfdbSignal WithFormat(string file, string field)
    {
        (field, string? offset) = WfdbHeaderParser.SplitAt(field, '+');
        (field, string? skew) = WfdbHeaderParser.SplitAt(field, ':');
        (field, string? perFrame) = WfdbHeaderParser.SplitAt(field, 'x');
        return new WfdbSignal
        {
            FileName = file,
            FormatCode = parser.Integer(field, "signal format", 0, 9999),
            SamplesPerFrame = perFrame is null ? 1 : parser.Integer(perFrame, "samples per frame", 1, 65_536),
            Skew = skew is null ? 0 : parser.Integer(skew, "skew", 0, int.MaxValue),
            ByteOffset = offset is null ? 0 : parser.Long(offset, "byte offset", 0, long.MaxValue / 2),
        };
    }

    /// <summary>Leaves the baseline NaN where the field has none: it then equals the converter zero, which comes later in the line.</summary>
    private WfdbSignal WithGain(WfdbSignal signal, string? field)
    {
        if (field is null)
        {
            return signal with { Baseline = double.NaN };
        }

        (field, string? units) = WfdbHeaderParser.SplitAt(field, '/');
        (field, string? baseline) = WfdbHeaderParser.SplitAt(field, '(');
        double gain = parser.Number(field, "gain");
        return signal with
        {
            AdcGain = gain == 0 ? WfdbSignal.DefaultAdcGain : gain,
            IsCalibrated = gain != 0,
            Baseline = baseline is null ? double.NaN : parser.Number(baseline.TrimEnd(')'), "baseline"),
            Units = string.IsNullOrEmpty(units) ? "mV" : units,
        };
    }

    /// <summary>Checksums are 16 bits; some writers give them without a sign.</summary>
    private short Sum(string field) => unchecked((short)parser.Integer(field, "checksum", short.MinValue, ushort.MaxValue));

    private string? Next()
    {
        while (at < content.Length && content[at] is (' ' or '\t'))
        {
            at++;
        }

        int start = at;
        while (at < content.Length && content[at] is not (' ' or '\t'))
        {
            at++;
        }

        return at == start ? null : content[start..at];
    }
}
