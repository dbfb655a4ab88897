using System.Buffers.Binary;

namespace AnyEcg.Recordings.Tests;

/// <summary>Writes ISHNE files for tests, from the description of the format, apart from the reader's code.</summary>
internal static class IshneFile
{
    public static byte[] Write(int[] specs, int[] resolutions, IReadOnlyList<int> samples, int? sampleCount = null, int rate = 200, string variable = "")
    {
        byte[] bytes = new byte[522 + variable.Length + (2 * samples.Count)];
        "ISHNE1.0"u8.CopyTo(bytes);
        Int(bytes, 10, variable.Length);
        Int(bytes, 14, sampleCount ?? samples.Count / specs.Length);
        Int(bytes, 18, 522);
        Int(bytes, 22, 522 + variable.Length);
        Short(bytes, 26, 1);
        "Somebody"u8.CopyTo(bytes.AsSpan(28));
        Short(bytes, 128, 2);
        Shorts(bytes, 132, 3, 2, 1950);
        Shorts(bytes, 138, 2, 2, 2020);
        Shorts(bytes, 150, 23, 59, 58);
        Short(bytes, 156, specs.Length);
        Shorts(bytes, 158, specs);
        Shorts(bytes, 206, resolutions);
        Short(bytes, 272, rate);
        System.Text.Encoding.ASCII.GetBytes(variable).CopyTo(bytes, 522);
        Bytes.Pack(16, samples).CopyTo(bytes, 522 + variable.Length);
        Sign(bytes, 512 + variable.Length);
        return bytes;
    }

    /// <summary>Writes the checksum over that many bytes of header and variable block.</summary>
    public static void Sign(byte[] bytes, int length)
    {
        ushort crc = 0xffff;
        foreach (byte value in bytes.AsSpan(10, length))
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                bool carry = ((crc >> 15) ^ ((value >> bit) & 1)) != 0;
                crc = (ushort)((crc << 1) ^ (carry ? 0x1021 : 0));
            }
        }

        Short(bytes, 8, crc);
    }

    private static void Shorts(byte[] bytes, int at, params int[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            Short(bytes, at + (2 * i), values[i]);
        }
    }

    private static void Short(byte[] bytes, int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)value);

    private static void Int(byte[] bytes, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
}
