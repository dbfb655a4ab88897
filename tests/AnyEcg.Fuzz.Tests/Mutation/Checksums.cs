using System.Buffers.Binary;
using AnyEcg.Recordings;

namespace AnyEcg.Fuzz.Tests;

/// <summary>Makes the checksums of damaged recordings right again.</summary>
internal static class Checksums
{
    private const int IshneFixedEnd = 522;

    /// <summary>Of an ISHNE file whose header still says where its variable block ends.</summary>
    public static void RepairIshne(byte[] file)
    {
        if (file.Length < IshneFixedEnd)
            return;
        int variable = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(10));
        int end = variable >= 0 && variable <= file.Length - IshneFixedEnd ? IshneFixedEnd + variable : IshneFixedEnd;
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(8), Crc16.Compute(file.AsSpan(10, end - 10)));
    }

    /// <summary>Of the one frame of the FLAC file that ends an archive (RFC 9639: CRC-8 of the frame's header, CRC-16 of the frame).</summary>
    public static void RepairFlac(byte[] archive)
    {
        const int StreamInfoEnd = 42, HeaderBytes = 7;
        int start = archive.AsSpan().LastIndexOf("fLaC"u8) + StreamInfoEnd;
        if (start < StreamInfoEnd || start + HeaderBytes + 3 > archive.Length)
            return;
        archive[start + HeaderBytes] = (byte)Crc(archive.AsSpan(start, HeaderBytes), 8, 0x07);
        Span<byte> frame = archive.AsSpan(start);
        BinaryPrimitives.WriteUInt16BigEndian(frame[^2..], (ushort)Crc(frame[..^2], 16, 0x8005));
    }

    private static int Crc(ReadOnlySpan<byte> bytes, int width, int polynomial)
    {
        int crc = 0, top = 1 << (width - 1);
        foreach (byte value in bytes)
        {
            crc ^= value << (width - 8);
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & top) != 0 ? (crc << 1) ^ polynomial : crc << 1;
        }

        return crc & ((1 << width) - 1);
    }
}
