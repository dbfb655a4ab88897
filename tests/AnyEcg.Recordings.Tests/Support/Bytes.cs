using System.Buffers.Binary;

namespace AnyEcg.Recordings.Tests;

/// <summary>Packs samples by the definitions of signal(5), written apart from the reader's code.</summary>
internal static class Bytes
{
    public static byte[] Pack(int format, IReadOnlyList<short> samples) => format switch
    {
        16 => [.. samples.SelectMany(s => new[] { (byte)s, (byte)(s >> 8) })],
        80 => [.. samples.Select(s => (byte)(s + 128))],
        _ => Pack212(samples),
    };

    public static byte[] Matrix(int rows, IReadOnlyList<short> samples, int type = 30)
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

    private static byte[] Pack212(IReadOnlyList<short> samples)
    {
        List<byte> bytes = [];
        for (int i = 0; i < samples.Count; i += 2)
        {
            int first = samples[i] & 0xfff;
            int second = i + 1 < samples.Count ? samples[i + 1] & 0xfff : 0;
            bytes.Add((byte)first);
            bytes.Add((byte)((first >> 8) | (second >> 8 << 4)));
            if (i + 1 < samples.Count)
            {
                bytes.Add((byte)second);
            }
        }

        return [.. bytes];
    }
}
