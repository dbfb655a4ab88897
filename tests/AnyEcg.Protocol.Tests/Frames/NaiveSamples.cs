namespace AnyEcg.Protocol.Tests;

/// <summary>The codecs of samples as docs/protocol.md has them, one number after the other: what the fast ones are held to.</summary>
internal static class NaiveSamples
{
    public static byte[] WriteDeltas(ReadOnlySpan<float> samples, int leads)
    {
        List<byte> to = [];
        int perLead = samples.Length / leads;
        for (int i = 0; i < samples.Length; i++)
        {
            int delta = (int)samples[i] - (i % perLead == 0 ? 0 : (int)samples[i - 1]);
            uint zigzag = (uint)(delta << 1 ^ delta >> 31);
            for (; zigzag >= 0x80; zigzag >>= 7)
                to.Add((byte)(zigzag | 0x80));
            to.Add((byte)zigzag);
        }

        return [.. to];
    }

    public static FrameRejection ReadDeltas(ReadOnlySpan<byte> from, Span<float> samples, int leads)
    {
        int at = 0, previous = 0, perLead = samples.Length / leads;
        for (int i = 0; i < samples.Length; i++)
        {
            (uint value, int length, byte b) = (0, 0, 0x80);
            for (; b >= 0x80; length++)
            {
                if (length == 4)
                    return FrameRejection.BadVarint;
                if (at >= from.Length)
                    return FrameRejection.BadLength;
                b = from[at++];
                value |= (uint)(b & 0x7F) << (7 * length);
            }

            if (b == 0 && length > 1)
                return FrameRejection.BadVarint;
            previous = (i % perLead == 0 ? 0 : previous) + ((int)(value >> 1) ^ -(int)(value & 1));
            if (previous is < FrameLimits.MinInteger or > FrameLimits.MaxInteger)
                return FrameRejection.OutOfRange;
            samples[i] = previous;
        }

        return at == from.Length ? FrameRejection.None : FrameRejection.BadLength;
    }

    public static FrameRejection Judge(ReadOnlySpan<float> samples, float min, float max, bool whole)
    {
        foreach (float sample in samples)
        {
            if (!float.IsFinite(sample))
                return FrameRejection.NotFinite;
            if (sample < min || sample > max || (whole && MathF.Truncate(sample) != sample))
                return FrameRejection.OutOfRange;
        }

        return FrameRejection.None;
    }
}
