namespace AnyEcg.Recordings;

/// <summary>
/// One channel of one FLAC frame (RFC 9639, section 9.2): a constant, the samples as they are, or a prediction from the samples
/// before and what it missed, which is Rice-coded.
/// </summary>
internal static class FlacSubframe
{
    private const int Constant = 0, Verbatim = 1, FirstFixed = 8, LastFixed = 12, FirstLinear = 32;

    /// <summary>Binomial coefficients: what each fixed predictor multiplies the samples before with, the latest first.</summary>
    private static readonly int[][] FixedCoefficients = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];

    /// <exception cref="RecordingFormatException">Reserved codes, or the file ends.</exception>
    public static void Read(FlacBits bits, int bitsPerSample, Span<int> samples)
    {
        if (bits.Read(1) != 0)
        {
            throw bits.Fault("has a subframe that does not begin with 0");
        }

        int type = (int)bits.Read(6);
        int wasted = bits.Read(1) == 0 ? 0 : Wasted(bits, bitsPerSample);
        int width = bitsPerSample - wasted;
        switch (type)
        {
            case Constant:
                samples.Fill(bits.ReadSigned(width));
                break;
            case Verbatim:
                ReadPlain(bits, width, samples);
                break;
            case >= FirstFixed and <= LastFixed:
                ReadPredicted(bits, width, FixedCoefficients[type - FirstFixed].Length, samples);
                break;
            case >= FirstLinear:
                ReadPredicted(bits, width, -(type - FirstLinear + 1), samples);
                break;
            default:
                throw bits.Fault($"has a subframe of the reserved type {type}");
        }

        foreach (ref int sample in samples)
        {
            sample <<= wasted;
        }
    }

    private static int Wasted(FlacBits bits, int bitsPerSample)
    {
        uint wasted = bits.ReadUnary() + 1;
        return wasted < bitsPerSample ? (int)wasted : throw bits.Fault($"leaves {wasted} of {bitsPerSample} bits unused");
    }

    private static void ReadPlain(FlacBits bits, int width, Span<int> samples)
    {
        foreach (ref int sample in samples)
        {
            sample = bits.ReadSigned(width);
        }
    }

    /// <param name="bits">Where the predictor's order has been read.</param>
    /// <param name="width">Bits of a sample.</param>
    /// <param name="order">Of a fixed predictor; negative: of a linear one, whose coefficients follow.</param>
    /// <param name="samples">The block.</param>
    private static void ReadPredicted(FlacBits bits, int width, int order, Span<int> samples)
    {
        int length = Math.Abs(order);
        if (length > samples.Length)
        {
            throw bits.Fault($"predicts {samples.Length} samples from {length}");
        }

        ReadPlain(bits, width, samples[..length]);
        Span<int> coefficients = stackalloc int[length];
        int shift = 0;
        if (order < 0)
        {
            int precision = (int)bits.Read(4) + 1;
            shift = bits.ReadSigned(5);
            if (precision == 16 || shift < 0)
            {
                throw bits.Fault("has a linear predictor of a reserved kind");
            }

            ReadPlain(bits, precision, coefficients);
        }
        else
        {
            FixedCoefficients[order].CopyTo(coefficients);
        }

        FlacResidual.Read(bits, length, samples);
        Predict(coefficients, shift, samples);
    }

    private static void Predict(ReadOnlySpan<int> coefficients, int shift, Span<int> samples)
    {
        for (int i = coefficients.Length; i < samples.Length; i++)
        {
            long sum = 0;
            for (int k = 0; k < coefficients.Length; k++)
            {
                sum += (long)coefficients[k] * samples[i - 1 - k];
            }

            samples[i] = unchecked(samples[i] + (int)(sum >> shift));
        }
    }
}
