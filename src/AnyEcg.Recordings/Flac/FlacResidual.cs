namespace AnyEcg.Recordings;

/// <summary>What a FLAC predictor missed: Rice codes with a parameter for each part of the block, or numbers as they are.</summary>
internal static class FlacResidual
{
    /// <summary>Fills the samples after the first <paramref name="order"/> ones.</summary>
    public static void Read(FlacBits bits, int order, Span<int> samples)
    {
        int parameterBits = bits.Read(2) switch
        {
            0 => 4,
            1 => 5,
            _ => throw bits.Fault("codes a residual in a reserved way"),
        };
        int partitions = 1 << (int)bits.Read(4);
        int size = samples.Length / partitions;
        if (size * partitions != samples.Length || size < order)
        {
            throw bits.Fault($"divides {samples.Length} samples by {partitions}");
        }

        for (int i = 0; i < partitions; i++)
        {
            int from = i == 0 ? order : i * size;
            ReadPartition(bits, parameterBits, samples[from..((i + 1) * size)]);
        }
    }

    private static void ReadPartition(FlacBits bits, int parameterBits, Span<int> samples)
    {
        int parameter = (int)bits.Read(parameterBits);
        bool isPlain = parameter == (1 << parameterBits) - 1;
        int width = isPlain ? (int)bits.Read(5) : 0;
        foreach (ref int sample in samples)
        {
            if (isPlain)
            {
                sample = bits.ReadSigned(width);
                continue;
            }

            uint folded = unchecked((bits.ReadUnary() << parameter) | bits.Read(parameter));
            sample = (int)(folded >> 1) ^ -(int)(folded & 1);
        }
    }
}
