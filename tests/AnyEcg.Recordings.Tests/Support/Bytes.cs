using System.Buffers.Binary;

namespace AnyEcg.Recordings.Tests;

/// <summary>Packs samples by the definitions of signal(5), written apart from the reader's code.</summary>
internal static class Bytes
{
    /// <summary>All formats that keep no state between samples.</summary>
    public static readonly int[] Formats = [16, 24, 32, 61, 80, 160, 212, 310, 311];

    /// <summary>Bits of a sample of a format; the lowest code stands for "no sample" in all of <see cref="Formats"/>.</summary>
    public static int BitsOf(int format) => format switch
    {
        8 or 80 => 8,
        310 or 311 => 10,
        212 => 12,
        24 => 24,
        32 => 32,
        _ => 16,
    };

    public static byte[] Pack(int format, IReadOnlyList<int> samples) => format switch
    {
        16 => [.. samples.SelectMany(s => new[] { (byte)s, (byte)(s >> 8) })],
        24 => [.. samples.SelectMany(s => new[] { (byte)s, (byte)(s >> 8), (byte)(s >> 16) })],
        32 => [.. samples.SelectMany(s => new[] { (byte)s, (byte)(s >> 8), (byte)(s >> 16), (byte)(s >> 24) })],
        61 => [.. samples.SelectMany(s => new[] { (byte)(s >> 8), (byte)s })],
        80 => [.. samples.Select(s => (byte)(s + 128))],
        160 => [.. samples.SelectMany(s => new[] { (byte)(s + 32_768), (byte)((s + 32_768) >> 8) })],
        212 => Groups(samples, 2, 3, g => (uint)((g[0] & 0xfff) | ((g[1] & 0xf00) << 4) | ((g[1] & 0xff) << 16)), 2, 3),
        310 => Groups(samples, 3, 4, Group310, 2, 4, 4),
        311 => Groups(samples, 3, 4, g => (uint)((g[0] & 0x3ff) | ((g[1] & 0x3ff) << 10) | ((g[2] & 0x3ff) << 20)), 2, 3, 4),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>Format 8: differences from the sample before of the same signal, the first ones from <paramref name="initial"/>.</summary>
    public static byte[] Differences(IReadOnlyList<int> samples, params int[] initial)
    {
        int[] before = [.. initial];
        return [.. samples.Select((sample, i) =>
        {
            int difference = sample - before[i % before.Length];
            before[i % before.Length] = sample;
            return (byte)checked((sbyte)difference);
        })];
    }

    public static byte[] Matrix(int rows, IReadOnlyList<int> samples, int type = 30)
    {
        byte[] preamble = new byte[24];
        int[] words = [type, rows, samples.Count / rows, 0, 4];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(preamble.AsSpan(4 * i), words[i]);
        }

        "val\0"u8.CopyTo(preamble.AsSpan(20));
        return [.. preamble, .. Pack(16, samples)];
    }

    public static byte[] Words(params int[] words) => [.. words.SelectMany(w => new[] { (byte)w, (byte)(w >> 8) })];

    private static uint Group310(int[] g)
    {
        uint first = (uint)(((g[0] & 0x3ff) << 1) | ((g[2] & 0x1f) << 11));
        uint second = (uint)(((g[1] & 0x3ff) << 1) | (((g[2] >> 5) & 0x1f) << 11));
        return first | (second << 16);
    }

    /// <param name="samples">The samples.</param>
    /// <param name="size">Samples in a group.</param>
    /// <param name="bytes">Bytes in a group.</param>
    /// <param name="pack">A group as a number, its lowest byte first.</param>
    /// <param name="cut">Bytes that are written of a last group with one sample, two, ...</param>
    private static byte[] Groups(IReadOnlyList<int> samples, int size, int bytes, Func<int[], uint> pack, params int[] cut)
    {
        List<byte> packed = [];
        foreach (int[] group in samples.Chunk(size))
        {
            uint word = pack([.. group, .. new int[size - group.Length]]);
            packed.AddRange(Enumerable.Range(0, group.Length == size ? bytes : cut[group.Length - 1]).Select(i => (byte)(word >> (8 * i))));
        }

        return [.. packed];
    }
}
