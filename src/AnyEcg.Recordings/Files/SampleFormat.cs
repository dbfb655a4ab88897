using System.Buffers.Binary;

namespace AnyEcg.Recordings;

/// <summary>How samples are packed into bytes: formats 16, 80 and 212 of signal(5) of the WFDB manual.</summary>
internal sealed class SampleFormat
{
    private delegate void Unpack(ReadOnlySpan<byte> bytes, Span<short> samples);

    private readonly Unpack unpack;
    private readonly int bytesPerGroup;
    private readonly int samplesPerGroup;

    private SampleFormat(int bytesPerGroup, int samplesPerGroup, short? missing, Unpack unpack)
    {
        this.bytesPerGroup = bytesPerGroup;
        this.samplesPerGroup = samplesPerGroup;
        this.unpack = unpack;
        Missing = missing;
    }

    /// <summary>The code that stands for "no sample"; null where the format has none.</summary>
    public short? Missing { get; }

    /// <summary>The format with this number, or null for one that is not read.</summary>
    public static SampleFormat? Find(int code) => code switch
    {
        16 => new(2, 1, short.MinValue, Unpack16),
        80 => new(1, 1, -128, Unpack80),
        212 => new(3, 2, -2048, Unpack212),
        _ => null,
    };

    /// <summary>Bytes of that many samples from the file's first one; a last odd sample of format 212 takes two bytes.</summary>
    public long BytesFor(long samples) => (samples * bytesPerGroup + samplesPerGroup - 1) / samplesPerGroup;

    /// <summary>Whole samples in that many bytes from the file's first one.</summary>
    public long SamplesIn(long bytes) => bytes * samplesPerGroup / bytesPerGroup;

    /// <summary>Unpacks <paramref name="samples"/>, which begin at a byte that begins a group.</summary>
    public void Decode(ReadOnlySpan<byte> bytes, Span<short> samples) => unpack(bytes, samples);

    private static void Unpack16(ReadOnlySpan<byte> bytes, Span<short> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]);
        }
    }

    private static void Unpack80(ReadOnlySpan<byte> bytes, Span<short> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (short)(bytes[i] - 128);
        }
    }

    /// <summary>Two 12-bit samples in three bytes: low byte of the first, both high nibbles (first one low), low byte of the second.</summary>
    private static void Unpack212(ReadOnlySpan<byte> bytes, Span<short> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            int at = i / 2 * 3;
            int raw = (i & 1) == 0
                ? bytes[at] | ((bytes[at + 1] & 0x0f) << 8)
                : bytes[at + 2] | ((bytes[at + 1] & 0xf0) << 4);
            samples[i] = (short)((short)(raw << 4) >> 4);
        }
    }
}
