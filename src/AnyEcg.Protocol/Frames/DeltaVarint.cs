namespace AnyEcg.Protocol;

/// <summary>
/// First differences as zigzag varints, per lead. Samples of 24 bits have differences of 25, zigzag 26: four bytes at most.
/// Only the shortest form of a number is accepted, so that a frame has one encoding and a conflict in content is a real one.
/// </summary>
internal static class DeltaVarint
{
    public const int MaxBytes = 4;

    /// <summary>Writes whole numbers within 24 bits; returns the bytes written, at most <see cref="MaxBytes"/> per sample.</summary>
    public static int Write(EcgSamples samples, Span<byte> to)
    {
        int at = 0;
        for (int lead = 0; lead < samples.Leads; lead++)
        {
            int previous = 0;
            foreach (float sample in samples.Of(lead))
            {
                int delta = (int)sample - previous;
                previous = (int)sample;
                uint zigzag = (uint)(delta << 1 ^ delta >> 31);
                for (; zigzag >= 0x80; zigzag >>= 7)
                    to[at++] = (byte)(zigzag | 0x80);
                to[at++] = (byte)zigzag;
            }
        }

        return at;
    }

    /// <summary>Reads exactly all of <paramref name="from"/> into the samples, or says why not.</summary>
    public static FrameRejection Read(ReadOnlySpan<byte> from, EcgSamples samples)
    {
        int at = 0;
        for (int lead = 0; lead < samples.Leads; lead++)
        {
            int previous = 0;
            foreach (ref float sample in samples.Of(lead))
            {
                FrameRejection fault = ReadOne(from, ref at, out uint zigzag);
                if (fault != FrameRejection.None)
                    return fault;

                previous += (int)(zigzag >> 1) ^ -(int)(zigzag & 1);
                if (previous is < FrameLimits.MinInteger or > FrameLimits.MaxInteger)
                    return FrameRejection.OutOfRange;
                sample = previous;
            }
        }

        return at == from.Length ? FrameRejection.None : FrameRejection.BadLength;
    }

    private static FrameRejection ReadOne(ReadOnlySpan<byte> from, ref int at, out uint value)
    {
        value = 0;
        for (int length = 0; length < MaxBytes; length++)
        {
            if (at >= from.Length)
                return FrameRejection.BadLength;
            byte b = from[at++];
            value |= (uint)(b & 0x7F) << (7 * length);
            if (b < 0x80)
                return b == 0 && length > 0 ? FrameRejection.BadVarint : FrameRejection.None;
        }

        return FrameRejection.BadVarint;
    }
}

/// <summary>Lead-major samples and their number of leads.</summary>
internal readonly ref struct EcgSamples(Span<float> samples, int leads)
{
    private readonly Span<float> samples = samples;

    public int Leads { get; } = leads;

    public Span<float> Of(int lead)
    {
        int perLead = samples.Length / Leads;
        return samples.Slice(lead * perLead, perLead);
    }
}
