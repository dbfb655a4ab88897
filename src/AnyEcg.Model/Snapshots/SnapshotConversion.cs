using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>A snapshot in another engine's encoding. Sums, maxima, seconds and stamps stay as they are; other numbers are rounded to the nearest.</summary>
internal sealed unsafe class SnapshotConversion(SnapshotFormat format, SnapshotEncoding from, SnapshotEncoding to)
{
    private readonly NetworkConfig config = format.Config;

    public byte[] Convert(SnapshotHeader header, ReadOnlySpan<byte> source)
    {
        byte[] result = new byte[format.Size(header.Leads, to)];
        Span<byte> rest = result;
        source = source[sizeof(SnapshotHeader)..];
        SnapshotBytes.Put(ref rest, [format.Header(header.Leads, to, header.LastSecond, header.PooledSeconds)]);
        SnapshotBytes.Put(ref rest, SnapshotBytes.Take(ref source, format.EpochBytes));
        long[] stamps = new long[config.Window];
        for (int lead = 0; lead < header.Leads; lead++)
        {
            ReadOnlySpan<byte> seconds = SnapshotBytes.Take(ref source, format.StampBytes);
            MemoryMarshal.Cast<byte, long>(seconds)[2..].CopyTo(stamps);
            SnapshotBytes.Put(ref rest, seconds);
            int numbers = format.TailLength + config.Dim;
            Numbers(SnapshotBytes.Take(ref source, numbers * SnapshotFormat.NumberBytes(from)), rest[..(numbers * SnapshotFormat.NumberBytes(to))]);
            rest = rest[(numbers * SnapshotFormat.NumberBytes(to))..];
            Rings(SnapshotBytes.Take(ref source, checked((int)format.RingBytes(from))), rest[..checked((int)format.RingBytes(to))], stamps);
            rest = rest[checked((int)format.RingBytes(to))..];
        }

        return result;
    }

    private void Numbers(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int count = source.Length / SnapshotFormat.NumberBytes(from);
        float* numbers = stackalloc float[1];
        for (int i = 0; i < count; i++)
        {
            Load(source, from, i, 1, numbers);
            Save(numbers, 1, destination, to, i);
        }
    }

    /// <summary>Vector by vector: the key and the value of one head in one place. Places without a stamp stay zeros.</summary>
    private void Rings(ReadOnlySpan<byte> source, Span<byte> destination, long[] stamps)
    {
        float* vector = stackalloc float[config.HeadDim];
        for (int place = 0; place < config.Window; place++)
        {
            for (int part = 0; stamps[place] >= 0 && part < config.Layers * config.Heads * 2; part++)
            {
                (int layer, int head, int value) = (part / (2 * config.Heads), part / 2 % config.Heads, part % 2);
                if (from == SnapshotEncoding.BlockFloat)
                {
                    LoadEntry(source, layer, place, head, value, vector);
                }
                else
                {
                    Load(source, from, (part * config.Window + place) * config.HeadDim, config.HeadDim, vector);
                }

                if (to == SnapshotEncoding.BlockFloat)
                {
                    SaveEntry(vector, destination, layer, place, head, value);
                }
                else
                {
                    Save(vector, config.HeadDim, destination, to, (part * config.Window + place) * config.HeadDim);
                }
            }
        }
    }

    private static void Load(ReadOnlySpan<byte> source, SnapshotEncoding encoding, int at, int count, float* numbers)
    {
        Span<float> result = new(numbers, count);
        if (encoding != SnapshotEncoding.Bfloat)
        {
            MemoryMarshal.Cast<byte, float>(source).Slice(at, count).CopyTo(result);
            return;
        }

        ReadOnlySpan<ushort> upper = MemoryMarshal.Cast<byte, ushort>(source).Slice(at, count);
        for (int i = 0; i < count; i++)
        {
            result[i] = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
        }
    }

    private static void Save(float* numbers, int count, Span<byte> destination, SnapshotEncoding encoding, int at)
    {
        if (encoding != SnapshotEncoding.Bfloat)
        {
            new ReadOnlySpan<float>(numbers, count).CopyTo(MemoryMarshal.Cast<byte, float>(destination)[at..]);
            return;
        }

        fixed (ushort* result = MemoryMarshal.Cast<byte, ushort>(destination).Slice(at, count))
        {
            Bfloat.Convert(numbers, count, result);
        }
    }

    private void LoadEntry(ReadOnlySpan<byte> rings, int layer, int place, int head, int value, float* vector)
    {
        EntryLayout layout = new(config);
        ReadOnlySpan<byte> entry = rings.Slice((layer * config.Window + place) * layout.Bytes, layout.Bytes);
        ReadOnlySpan<short> columns = MemoryMarshal.Cast<byte, short>(entry[(value * layout.Value)..]).Slice(head * config.HeadDim, config.HeadDim);
        float scale = MemoryMarshal.Cast<byte, float>(entry[(value == 0 ? layout.KeyScales : layout.ValueScales)..])[head];
        int half = config.HeadDim / 2;
        for (int i = 0; i < half; i++)
        {
            (vector[i], vector[half + i]) = (columns[2 * i] * scale, columns[2 * i + 1] * scale);
        }
    }

    private void SaveEntry(float* vector, Span<byte> rings, int layer, int place, int head, int value)
    {
        EntryLayout layout = new(config);
        Span<byte> entry = rings.Slice((layer * config.Window + place) * layout.Bytes, layout.Bytes);
        fixed (byte* at = entry)
        {
            float scale = BlockFloat.Write(vector, config.HeadDim, (short*)(at + value * layout.Value) + head * config.HeadDim);
            ((float*)(at + (value == 0 ? layout.KeyScales : layout.ValueScales)))[head] = scale;
        }
    }
}
