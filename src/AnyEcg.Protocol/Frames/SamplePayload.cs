using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace AnyEcg.Protocol;

/// <summary>Samples to bytes and back for the codecs of fixed width. Lengths are the caller's to check.</summary>
internal static class SamplePayload
{
    /// <summary>Bytes of one sample; for <see cref="FrameCodec.DeltaVarint"/> the most it can need.</summary>
    public static int MaxBytesPerSample(FrameCodec codec) => codec switch
    {
        FrameCodec.Int16 => 2,
        FrameCodec.Int24 => 3,
        FrameCodec.Float32 => 4,
        FrameCodec.DeltaVarint => DeltaVarint.MaxBytes,
        _ => throw new ArgumentOutOfRangeException(nameof(codec)),
    };

    public static FrameRejection ReadInt16(ReadOnlySpan<byte> from, Span<float> samples)
    {
        int i = 0;
        for (; BitConverter.IsLittleEndian && i <= samples.Length - 8; i += 8)
        {
            Vector128<short> whole = Vector128.Create(from.Slice(2 * i, 16)).AsInt16();
            Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(whole), Vector128.WidenUpper(whole))).CopyTo(samples[i..]);
        }

        for (; i < samples.Length; i++)
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(from[(2 * i)..]);
        return FrameRejection.None;
    }

    public static FrameRejection ReadInt24(ReadOnlySpan<byte> from, Span<float> samples)
    {
        // All but the last lie in four bytes of the message, of which the lower three are theirs.
        int last = samples.Length - 1;
        for (int i = 0; i < last; i++)
            samples[i] = BinaryPrimitives.ReadInt32LittleEndian(from[(3 * i)..]) << 8 >> 8;
        if (last >= 0)
            samples[last] = from[3 * last] | from[(3 * last) + 1] << 8 | (sbyte)from[(3 * last) + 2] << 16;
        return FrameRejection.None;
    }

    public static FrameRejection ReadFloat32(ReadOnlySpan<byte> from, Span<float> samples)
    {
        for (int i = 0; i < samples.Length; i++)
            samples[i] = BinaryPrimitives.ReadSingleLittleEndian(from[(4 * i)..]);
        return JudgeFloats(samples);
    }

    /// <summary>Refuses NaN, infinity and magnitudes at which integers are no longer exact.</summary>
    public static FrameRejection JudgeFloats(ReadOnlySpan<float> samples)
    {
        foreach (float sample in samples[Good(samples, FrameLimits.MaxMagnitude, whole: false)..])
        {
            if (!float.IsFinite(sample))
                return FrameRejection.NotFinite;
            if (Math.Abs(sample) > FrameLimits.MaxMagnitude)
                return FrameRejection.OutOfRange;
        }

        return FrameRejection.None;
    }

    /// <summary>A number as a sample; refused like those of <see cref="JudgeFloats"/>.</summary>
    public static FrameRejection TryFloat(double value, out float sample)
    {
        sample = (float)value;
        if (!double.IsFinite(value))
            return FrameRejection.NotFinite;
        return Math.Abs(value) <= FrameLimits.MaxMagnitude ? FrameRejection.None : FrameRejection.OutOfRange;
    }

    /// <summary>Refuses samples that are not whole numbers within [min, max].</summary>
    public static FrameRejection JudgeIntegers(ReadOnlySpan<float> samples, int min, int max)
    {
        // A reach that is within the range on both sides.
        foreach (float sample in samples[Good(samples, Math.Min(-(long)min, max), whole: true)..])
        {
            if (!float.IsFinite(sample))
                return FrameRejection.NotFinite;
            if (sample < min || sample > max || MathF.Truncate(sample) != sample)
                return FrameRejection.OutOfRange;
        }

        return FrameRejection.None;
    }

    /// <summary>How many samples at the beginning are certainly within the reach, and whole if asked for: looked at many at a time.</summary>
    private static int Good(ReadOnlySpan<float> samples, float reach, bool whole)
    {
        Vector<float> most = new(reach);
        int i = 0;
        for (; i <= samples.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> some = new(samples[i..]);
            if (!Vector.LessThanOrEqualAll(Vector.Abs(some), most) || (whole && Vector.Truncate(some) != some))
                break;
        }

        return i;
    }

    public static int WriteInt16(ReadOnlySpan<float> samples, Span<byte> to)
    {
        for (int i = 0; i < samples.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(to[(2 * i)..], (short)samples[i]);
        return 2 * samples.Length;
    }

    public static int WriteInt24(ReadOnlySpan<float> samples, Span<byte> to)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            int value = (int)samples[i];
            to[3 * i] = (byte)value;
            to[(3 * i) + 1] = (byte)(value >> 8);
            to[(3 * i) + 2] = (byte)(value >> 16);
        }

        return 3 * samples.Length;
    }

    public static int WriteFloat32(ReadOnlySpan<float> samples, Span<byte> to)
    {
        for (int i = 0; i < samples.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(to[(4 * i)..], samples[i]);
        return 4 * samples.Length;
    }
}
