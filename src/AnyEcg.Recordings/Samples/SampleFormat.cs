using System.Buffers.Binary;

namespace AnyEcg.Recordings;

/// <summary>How samples are packed into bytes: the formats of signal(5) of the WFDB manual that keep no state between samples.</summary>
internal sealed class SampleFormat
{
    private delegate void Unpack(ReadOnlySpan<byte> bytes, Span<int> samples);

    private readonly Unpack unpack;
    private readonly int bytesPerGroup;
    private readonly int[] bytesUpTo;

    /// <param name="missing">The code for "no sample".</param>
    /// <param name="unpack">Unpacks whole samples from the beginning of a group on.</param>
    /// <param name="bytesUpTo">Bytes from the beginning of a group that hold its first sample, its first two, ...</param>
    private SampleFormat(int? missing, Unpack unpack, params int[] bytesUpTo)
    {
        this.unpack = unpack;
        this.bytesUpTo = bytesUpTo;
        bytesPerGroup = bytesUpTo[^1];
        Missing = missing;
    }

    public static SampleFormat Int16 { get; } = Find(16)!;

    public static SampleFormat Int24 { get; } = new(null, Unpack24, 3);

    /// <summary>The code that stands for "no sample"; null where the format has none.</summary>
    public int? Missing { get; }

    /// <summary>
    /// The format with this number; null for one that is not read this way. The bytes of format 8 are read as the differences
    /// that they are: <see cref="DifferenceSamples"/> adds them up.
    /// </summary>
    public static SampleFormat? Find(int code) => code switch
    {
        8 => new(null, Unpack8, 1),
        16 => new(short.MinValue, Unpack16, 2),
        24 => new(-(1 << 23), Unpack24, 3),
        32 => new(int.MinValue, Unpack32, 4),
        61 => new(short.MinValue, Unpack61, 2),
        80 => new(-128, Unpack80, 1),
        160 => new(short.MinValue, Unpack160, 2),
        212 => new(-2048, Unpack212, 2, 3),
        310 => new(-512, Unpack310, 2, 4, 4),
        311 => new(-512, Unpack311, 2, 3, 4),
        _ => null,
    };

    /// <summary>The same packing without a code for "no sample", as EDF has it.</summary>
    public SampleFormat WithoutMissing() => new(null, unpack, bytesUpTo);

    /// <summary>Whole samples in that many bytes from the file's first one; the last group may be cut.</summary>
    public long SamplesIn(long bytes)
    {
        (long groups, long rest) = Math.DivRem(bytes, bytesPerGroup);
        int inLast = 0;
        while (bytesUpTo[inLast] <= rest)
        {
            inLast++;
        }

        return (groups * bytesUpTo.Length) + inLast;
    }

    /// <summary>Unpacks <paramref name="samples"/>, which begin at a byte that begins a group.</summary>
    public void Decode(ReadOnlySpan<byte> bytes, Span<int> samples) => unpack(bytes, samples);

    private static void Unpack8(ReadOnlySpan<byte> bytes, Span<int> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (sbyte)bytes[i];
        }
    }

    private static void Unpack16(ReadOnlySpan<byte> bytes, Span<int> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]);
        }
    }

    private static void Unpack24(ReadOnlySpan<byte> bytes, Span<int> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            int at = 3 * i;
            samples[i] = bytes[at] | (bytes[at + 1] << 8) | ((sbyte)bytes[at + 2] << 16);
        }
    }

    private static void Unpack32(ReadOnlySpan<byte> bytes, Span<int> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]);
        }
    }

    private static void Unpack61(ReadOnlySpan<byte> bytes, Span<int> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16BigEndian(bytes[(2 * i)..]);
        }
    }

    private static void Unpack80(ReadOnlySpan<byte> bytes, Span<int> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = bytes[i] - 128;
        }
    }

    private static void Unpack160(ReadOnlySpan<byte> bytes, Span<int> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) - 32_768;
        }
    }

    /// <summary>Two 12-bit samples in three bytes: low byte of the first, both high nibbles (first one low), low byte of the second.</summary>
    private static void Unpack212(ReadOnlySpan<byte> bytes, Span<int> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            int at = i / 2 * 3;
            int raw = (i & 1) == 0
                ? bytes[at] | ((bytes[at + 1] & 0x0f) << 8)
                : bytes[at + 2] | ((bytes[at + 1] & 0xf0) << 4);
            samples[i] = SignExtend(raw, 12);
        }
    }

    /// <summary>
    /// Three 10-bit samples in two 16-bit words: bits 1-10 of either word are the first two; the upper five bits of the words
    /// make the third, those of the first word its lower half.
    /// </summary>
    private static void Unpack310(ReadOnlySpan<byte> bytes, Span<int> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            ReadOnlySpan<byte> group = bytes[(i / 3 * 4)..];
            int raw = (i % 3) switch
            {
                0 => BinaryPrimitives.ReadUInt16LittleEndian(group) >> 1,
                1 => BinaryPrimitives.ReadUInt16LittleEndian(group[2..]) >> 1,
                _ => (group[1] >> 3) | (group[3] >> 3 << 5),
            };
            samples[i] = SignExtend(raw, 10);
        }
    }

    /// <summary>Three 10-bit samples in one 32-bit word, the first one lowest; its upper two bits are not used.</summary>
    private static void Unpack311(ReadOnlySpan<byte> bytes, Span<int> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            int at = (i / 3 * 4) + (i % 3);
            int raw = (bytes[at] | (bytes[at + 1] << 8)) >> (2 * (i % 3));
            samples[i] = SignExtend(raw, 10);
        }
    }

    private static int SignExtend(int raw, int bits) => raw << (32 - bits) >> (32 - bits);
}
