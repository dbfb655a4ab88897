using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace AnyEcg.Protocol;

/// <summary>
/// First differences as zigzag varints, per lead. Samples of 24 bits have differences of 25, zigzag 26: four bytes at most.
/// Only the shortest form of a number is accepted, so that a frame has one encoding and a conflict in content is a real one.
/// </summary>
internal static class DeltaVarint
{
    public const int MaxBytes = 4;

    /// <summary>One-byte numbers that are read, or written, at once.</summary>
    private const int Run = 8;

    /// <summary>Of one byte: no more than 64 in magnitude.</summary>
    private const int RunReach = Run * 64;

    /// <summary>Top bit of every byte of a word: more bytes follow.</summary>
    private const uint More = 0x8080_8080;

    /// <summary>Writes whole numbers within 24 bits; returns the bytes written, at most <see cref="MaxBytes"/> per sample.</summary>
    public static int Write(EcgSamples samples, Span<byte> to)
    {
        int at = 0;
        for (int lead = 0; lead < samples.Leads; lead++)
            at += WriteLead(samples.Of(lead), to[at..]);
        return at;
    }

    /// <summary>Reads exactly all of <paramref name="from"/> into the samples, or says why not.</summary>
    public static FrameRejection Read(ReadOnlySpan<byte> from, EcgSamples samples)
    {
        int at = 0;
        for (int lead = 0; lead < samples.Leads; lead++)
        {
            FrameRejection fault = ReadLead(from, ref at, samples.Of(lead));
            if (fault != FrameRejection.None)
                return fault;
        }

        return at == from.Length ? FrameRejection.None : FrameRejection.BadLength;
    }

    private static int WriteLead(ReadOnlySpan<float> samples, Span<byte> to)
    {
        int at = 0;
        int previous = 0;
        for (int i = 0; i < samples.Length;)
        {
            if (i > 0 && i <= samples.Length - Run && TryWriteRun(samples[(i - 1)..], to[at..]))
            {
                at += Run;
                i += Run;
                previous = (int)samples[i - 1];
                continue;
            }

            for (int stop = Math.Min(i + Run, samples.Length); i < stop; i++)
            {
                int delta = (int)samples[i] - previous;
                previous += delta;
                uint zigzag = (uint)(delta << 1 ^ delta >> 31);
                for (; zigzag >= 0x80; zigzag >>= 7)
                    to[at++] = (byte)(zigzag | 0x80);
                to[at++] = (byte)zigzag;
            }
        }

        return at;
    }

    /// <summary>Eight samples after the first, if each difference fits one byte.</summary>
    private static bool TryWriteRun(ReadOnlySpan<float> samples, Span<byte> to)
    {
        Vector256<int> delta = Vector256.ConvertToInt32(Vector256.Create(samples[1..])) - Vector256.ConvertToInt32(Vector256.Create(samples));
        Vector256<int> zigzag = (delta << 1) ^ (delta >> 31);
        if ((zigzag & Vector256.Create(~0x7F)) != Vector256<int>.Zero)
            return false;
        Vector128<short> narrow = Vector128.Narrow(zigzag.GetLower(), zigzag.GetUpper());
        BinaryPrimitives.WriteUInt64LittleEndian(to, Vector128.Narrow(narrow, narrow).AsUInt64().ToScalar());
        return true;
    }

    private static FrameRejection ReadLead(ReadOnlySpan<byte> from, ref int start, Span<float> samples)
    {
        int at = start;
        int previous = 0;
        for (int i = 0; i < samples.Length;)
        {
            // Within a run nothing can leave the range, nor be anything but the shortest form.
            bool safe = previous is >= FrameLimits.MinInteger + RunReach and <= FrameLimits.MaxInteger - RunReach;
            if (safe && i <= samples.Length - Run && at <= from.Length - Run
                && BinaryPrimitives.ReadUInt64LittleEndian(from[at..]) is var run && (run & (More | (ulong)More << 32)) == 0)
            {
                previous = ReadRun(run, previous, samples.Slice(i, Run));
                at += Run;
                i += Run;
                continue;
            }

            for (int stop = Math.Min(i + Run, samples.Length); i < stop; i++)
            {
                // Near the end of the message bytes that are not there count as more to come.
                uint word = at <= from.Length - MaxBytes ? BinaryPrimitives.ReadUInt32LittleEndian(from[at..]) : LastWord(from[at..]);
                uint stops = ~word & More;
                int length = (BitOperations.TrailingZeroCount(stops) >> 3) + 1;
                uint zigzag = Join(word & (stops ^ (stops - 1)));
                if (stops == 0 || (length > 1 && zigzag >> (7 * (length - 1)) == 0))
                    return stops == 0 && from.Length - at < MaxBytes ? FrameRejection.BadLength : FrameRejection.BadVarint;
                at += length;
                previous += (int)(zigzag >> 1) ^ -(int)(zigzag & 1);
                if (previous is < FrameLimits.MinInteger or > FrameLimits.MaxInteger)
                    return FrameRejection.OutOfRange;
                samples[i] = previous;
            }
        }

        start = at;
        return FrameRejection.None;
    }

    /// <summary>Four bytes of seven bits each, the lowest first.</summary>
    private static uint Join(uint word) => (word & 0x7F) | (word >> 1 & 0x3F80) | (word >> 2 & 0x1F_C000) | (word >> 3 & 0xFE0_0000);

    private static uint LastWord(ReadOnlySpan<byte> rest)
    {
        uint word = More;
        for (int i = 0; i < rest.Length; i++)
            word = (word & ~(0xFFu << (8 * i))) | (uint)rest[i] << (8 * i);
        return word;
    }

    /// <summary>Eight numbers of one byte each; returns the last sample.</summary>
    private static int ReadRun(ulong run, int previous, Span<float> samples)
    {
        for (int i = 0; i < Run; i++)
        {
            int zigzag = (int)(run >> (8 * i)) & 0x7F;
            previous += zigzag >> 1 ^ -(zigzag & 1);
            samples[i] = previous;
        }

        return previous;
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
