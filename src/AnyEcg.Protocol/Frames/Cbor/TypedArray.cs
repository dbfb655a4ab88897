using System.Buffers.Binary;

namespace AnyEcg.Protocol;

/// <summary>
/// The typed arrays of RFC 8746: the tag says how the numbers of a byte string are written. Bits of the tag, from the high end:
/// 010, float, signed, little-endian, and two for the width. Not read: 64-bit integers and binary128, which no converter needs.
/// </summary>
internal static class TypedArray
{
    public const ulong FirstTag = 64, LastTag = 87;

    /// <summary>Written by this project: signed 16 and 32 bits and binary32, little-endian.</summary>
    public const byte Int16Tag = 77, Int32Tag = 78, Float32Tag = 85;

    /// <summary>Bytes of one number; 0 for a tag that is not read.</summary>
    public static int Width(ulong tag) => tag switch
    {
        64 or 68 or 72 => 1,
        65 or 69 or 73 or 77 or 80 or 84 => 2,
        66 or 70 or 74 or 78 or 81 or 85 => 4,
        82 or 86 => 8,
        _ => 0,
    };

    /// <summary>Fills the samples from as many numbers, judging each.</summary>
    public static FrameRejection Read(ulong tag, ReadOnlySpan<byte> from, Span<float> samples)
    {
        int width = Width(tag);
        for (int i = 0; i < samples.Length; i++)
        {
            FrameRejection fault = SamplePayload.TryFloat(Number(tag, from.Slice(i * width, width)), out samples[i]);
            if (fault != FrameRejection.None)
                return fault;
        }

        return FrameRejection.None;
    }

    private static double Number(ulong tag, ReadOnlySpan<byte> at) => tag switch
    {
        64 or 68 => at[0],
        65 => BinaryPrimitives.ReadUInt16BigEndian(at),
        66 => BinaryPrimitives.ReadUInt32BigEndian(at),
        69 => BinaryPrimitives.ReadUInt16LittleEndian(at),
        70 => BinaryPrimitives.ReadUInt32LittleEndian(at),
        72 => (sbyte)at[0],
        73 => BinaryPrimitives.ReadInt16BigEndian(at),
        74 => BinaryPrimitives.ReadInt32BigEndian(at),
        77 => BinaryPrimitives.ReadInt16LittleEndian(at),
        78 => BinaryPrimitives.ReadInt32LittleEndian(at),
        80 => (double)BinaryPrimitives.ReadHalfBigEndian(at),
        81 => BinaryPrimitives.ReadSingleBigEndian(at),
        82 => BinaryPrimitives.ReadDoubleBigEndian(at),
        84 => (double)BinaryPrimitives.ReadHalfLittleEndian(at),
        85 => BinaryPrimitives.ReadSingleLittleEndian(at),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(at),
    };
}
