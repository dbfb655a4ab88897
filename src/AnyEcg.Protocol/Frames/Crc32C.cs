using System.Buffers.Binary;
using System.Numerics;

namespace AnyEcg.Protocol;

/// <summary>CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), as in RFC 3720; the processor's instruction where it has one.</summary>
internal static class Crc32C
{
    public const uint Seed = 0xFFFF_FFFF;

    /// <summary>Continues an unfinished CRC; begin with <see cref="Seed"/>, end with <see cref="Finish"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return crc;
    }

    public static uint Finish(uint crc) => ~crc;
}
