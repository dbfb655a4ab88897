namespace AnyEcg.Recordings;

/// <summary>CRC-16 with the CCITT polynomial x^16 + x^12 + x^5 + 1, highest bit first, beginning with all ones.</summary>
internal static class Crc16
{
    private const int Polynomial = 0x1021;

    public static ushort Compute(ReadOnlySpan<byte> bytes)
    {
        int crc = 0xffff;
        foreach (byte value in bytes)
        {
            crc ^= value << 8;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
            }
        }

        return (ushort)crc;
    }
}
