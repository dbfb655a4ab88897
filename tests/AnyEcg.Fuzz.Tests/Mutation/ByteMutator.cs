using System.Buffers.Binary;

namespace AnyEcg.Fuzz.Tests;

/// <summary>
/// Knows nothing of the format: flips bits, writes boundary numbers of 1, 2, 4 and 8 bytes in both byte orders, inserts, repeats,
/// removes and swaps pieces, splices two inputs, cuts short.
/// </summary>
internal sealed class ByteMutator : Mutator
{
    private static readonly ulong[] Boundaries =
    [
        0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 100, 127, 128, 129, 255, 256, 257, 1000, 1023, 1024, 4095, 4096, 32_767, 32_768, 65_534, 65_535,
        65_536, 0xFFFFFF, 0x1000000, 0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x100000000, 1UL << 48, (1UL << 53) + 1,
        long.MaxValue, 1UL << 63, ulong.MaxValue - 1, ulong.MaxValue,
        0x7F800000, 0xFF800000, 0x7FC00000, 0x7FF0000000000000, 0x7FF8000000000000,
    ];

    public override byte[] Mutate(byte[] seed, byte[] other, FuzzRandom random)
    {
        List<byte> bytes = new(seed.Length + 64);
        bytes.AddRange(seed);
        for (int steps = 1 + random.Below(random.OneIn(4) ? 8 : 3); steps > 0; steps--)
            Step(bytes, other, random);
        if (bytes.Count > MaxLength)
            bytes.RemoveRange(MaxLength, bytes.Count - MaxLength);
        return [.. bytes];
    }

    private static void Step(List<byte> bytes, byte[] other, FuzzRandom random)
    {
        int at = random.Below(bytes.Count);
        int length = Math.Min(1 + random.Below(random.OneIn(4) ? 256 : 8), bytes.Count - at);
        switch (random.Below(bytes.Count == 0 ? 1 : 10))
        {
            case 0:
                bytes.InsertRange(at, Noise(1 + random.Below(16), random));
                break;
            case 1:
                bytes[at] ^= (byte)(1 << random.Below(8));
                break;
            case 2:
                bytes[at] = random.Byte();
                break;
            case 3 or 4:
                WriteBoundary(bytes, at, random);
                break;
            case 5:
                bytes.RemoveRange(at, length);
                break;
            case 6:
                Repeat(bytes, at, length, random);
                break;
            case 7:
                bytes.InsertRange(random.Below(bytes.Count), bytes.GetRange(at, length));
                break;
            case 8:
                Splice(bytes, at, other, random);
                break;
            default:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
        }
    }

    private static void WriteBoundary(List<byte> bytes, int at, FuzzRandom random)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, random.Pick(Boundaries));
        number = number[..(1 << random.Below(4))];
        if (random.OneIn(2))
            number.Reverse();
        for (int i = 0; i < number.Length && at + i < bytes.Count; i++)
            bytes[at + i] = number[i];
    }

    private static void Repeat(List<byte> bytes, int at, int length, FuzzRandom random)
    {
        List<byte> piece = bytes.GetRange(at, length);
        for (int times = 1 + random.Below(random.OneIn(8) ? 500 : 4); times > 0 && bytes.Count < MaxLength; times--)
            bytes.InsertRange(at, piece);
    }

    private static void Splice(List<byte> bytes, int at, byte[] other, FuzzRandom random)
    {
        bytes.RemoveRange(at, bytes.Count - at);
        bytes.AddRange(other.AsSpan(random.Below(other.Length)));
    }

    private static byte[] Noise(int length, FuzzRandom random)
    {
        byte[] noise = new byte[length];
        for (int i = 0; i < length; i++)
            noise[i] = random.Byte();
        return noise;
    }
}
