using System.Numerics;

namespace AnyEcg.Recordings.Tests;

/// <summary>Which kind of subframe a test writes.</summary>
internal enum FlacKind
{
    Verbatim,
    Constant,
    Fixed,
    Linear,
    Escaped,
}

/// <summary>Writes FLAC files for tests, from RFC 9639, apart from the reader's code. It compresses badly and uses every kind of subframe.</summary>
internal sealed class FlacFile(int channels, int bitsPerSample)
{
    private readonly List<bool> bits = [];
    private int frames;
    private long total;

    public byte[] Write(long? statedSamples = null)
    {
        List<byte> header = [.. "fLaC"u8, 0x80, 0, 0, 34, 16, 0, 16, 0, 0, 0, 0, 0, 0, 0];
        ulong info = (250UL << 44) | ((ulong)(channels - 1) << 41) | ((ulong)(bitsPerSample - 1) << 36) | (ulong)(statedSamples ?? total);
        header.AddRange(Enumerable.Range(0, 8).Select(i => (byte)(info >> (56 - (8 * i)))));
        header.AddRange(new byte[16]);
        return [.. header, .. ToBytes(0)];
    }

    /// <summary>One frame; a block of 16 samples or more, channel by channel.</summary>
    /// <param name="block">A row for each channel.</param>
    /// <param name="kind">How each channel is written.</param>
    /// <param name="stereo">0: as they are; 8 left and side, 9 side and right, 10 middle and side.</param>
    public FlacFile Add(int[][] block, FlacKind kind, int stereo = 0)
    {
        int start = bits.Count;
        int count = block[0].Length;
        Put(0x7ffc, 15);
        Put(0, 1);
        Put(7, 4);
        Put(0, 4);
        Put(stereo == 0 ? channels - 1 : stereo, 4);
        Put(0, 3);
        Put(0, 1);
        PutNumber(frames++);
        Put(count - 1, 16);
        Put(Crc(start, 8, 0x07), 8);
        int[][] coded = stereo == 0 ? block : Couple(block[0], block[1], stereo);
        for (int c = 0; c < coded.Length; c++)
        {
            bool side = (stereo == 9 && c == 0) || (stereo is 8 or 10 && c == 1);
            PutSubframe(coded[c], kind, bitsPerSample + (side ? 1 : 0));
        }

        while ((bits.Count - start) % 8 != 0)
        {
            bits.Add(false);
        }

        Put(Crc(start, 16, 0x8005), 16);
        total += count;
        return this;
    }

    private static int[][] Couple(int[] left, int[] right, int stereo)
    {
        int[] side = [.. left.Zip(right, (l, r) => l - r)];
        return stereo switch
        {
            8 => [left, side],
            9 => [side, right],
            _ => [[.. left.Zip(right, (l, r) => (l + r) >> 1)], side],
        };
    }

    private void PutSubframe(int[] samples, FlacKind kind, int width)
    {
        int wasted = samples.All(s => s == 0) ? 0 : Math.Min(3, samples.Where(s => s != 0).Min(s => BitOperations.TrailingZeroCount(s)));
        samples = [.. samples.Select(s => s >> wasted)];
        width -= wasted;
        const int Order = 2;
        Put(0, 1);
        Put(kind switch { FlacKind.Constant => 0, FlacKind.Verbatim => 1, FlacKind.Linear => 32 + Order - 1, _ => 8 + Order }, 6);
        Put(wasted > 0 ? 1 : 0, 1);
        if (wasted > 0)
        {
            Put(1, wasted);
        }

        IEnumerable<int> plain = kind switch { FlacKind.Constant => samples.Take(1), FlacKind.Verbatim => samples, _ => samples.Take(Order) };
        foreach (int sample in plain)
        {
            Put(sample, width);
        }

        if (kind is FlacKind.Linear)
        {
            // 12 bits of precision, shift 3: the prediction is (13 x latest - 5 x the one before) / 8.
            Put(11, 4);
            Put(3, 5);
            Put(13, 12);
            Put(-5, 12);
        }

        if (kind is FlacKind.Fixed or FlacKind.Linear or FlacKind.Escaped)
        {
            long Predict(int i) => kind is FlacKind.Linear
                ? ((13L * samples[i - 1]) - (5L * samples[i - 2])) >> 3
                : (2L * samples[i - 1]) - samples[i - 2];
            PutResidual([.. Enumerable.Range(Order, samples.Length - Order).Select(i => (int)(samples[i] - Predict(i)))], samples.Length, kind is FlacKind.Escaped);
        }
    }

    /// <summary>Two partitions where the length allows, with a parameter that fits the largest.</summary>
    private void PutResidual(int[] residual, int length, bool escaped)
    {
        int order = length % 2 == 0 ? 1 : 0;
        Put(escaped ? 0 : 1, 2);
        Put(order, 4);
        int first = (length >> order) - (length - residual.Length);
        foreach (int[] part in order == 0 ? [residual] : (int[][])[residual[..first], residual[first..]])
        {
            uint[] folded = [.. part.Select(r => (uint)(r << 1) ^ (uint)(r >> 31))];
            int needed = 32 - BitOperations.LeadingZeroCount(folded.DefaultIfEmpty().Max());
            if (escaped)
            {
                Put(15, 4);
                Put(needed, 5);
                part.ToList().ForEach(r => Put(r, needed));
                continue;
            }

            int parameter = Math.Max(0, needed - 3);
            Put(parameter, 5);
            foreach (uint value in folded)
            {
                Put(1, (int)(value >> parameter) + 1);
                Put((int)(value & ((1u << parameter) - 1)), parameter);
            }
        }
    }

    private void PutNumber(int number)
    {
        if (number < 0x80)
        {
            Put(number, 8);
            return;
        }

        Put(0b110, 3);
        Put(number >> 6, 5);
        Put(0b10, 2);
        Put(number & 63, 6);
    }

    private void Put(int value, int width)
    {
        for (int i = width - 1; i >= 0; i--)
        {
            bits.Add(i < 32 && ((value >> i) & 1) != 0);
        }
    }

    private int Crc(int start, int width, int polynomial)
    {
        int crc = 0;
        foreach (byte value in ToBytes(start))
        {
            crc ^= value << (width - 8);
            for (int i = 0; i < 8; i++)
            {
                crc = ((crc >> (width - 1)) & 1) != 0 ? (crc << 1) ^ polynomial : crc << 1;
            }
        }

        return crc & ((1 << width) - 1);
    }

    private byte[] ToBytes(int start) =>
        [.. bits.Skip(start).Chunk(8).Select(eight => (byte)eight.Select((bit, i) => bit ? 0x80 >> i : 0).Sum())];
}
