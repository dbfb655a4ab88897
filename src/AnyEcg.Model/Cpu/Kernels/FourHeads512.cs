using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AnyEcg.Model;

/// <summary>
/// Four heads of 32 columns side by side: sums and maxima across the lanes of four vectors at once, by adding halves crosswise, and
/// with them the norm, the rotation and the 16-bit form of queries and keys.
/// </summary>
internal static unsafe class FourHeads512
{
    public const int HeadDim = 32;

    private const int Half = HeadDim / 2;
    private const float Greatest = short.MaxValue, NormEpsilon = 1e-5f;

    public static bool IsSupported => Avx512BW.IsSupported && Vector512.IsHardwareAccelerated;

    /// <summary>Partial sums of four vectors: four blocks of [a, b, c, d].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> PartialSums(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        Vector512<double> ab = (Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b)).AsDouble();
        Vector512<double> cd = (Avx512F.UnpackLow(c, d) + Avx512F.UnpackHigh(c, d)).AsDouble();
        return Avx512F.UnpackLow(ab, cd).AsSingle() + Avx512F.UnpackHigh(ab, cd).AsSingle();
    }

    /// <summary>The sums of four vectors, [a, b, c, d] four times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sums(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        Vector512<float> blocks = PartialSums(a, b, c, d);
        blocks += Avx512F.Shuffle4x128(blocks, blocks, 0x4E);
        return blocks + Avx512F.Shuffle4x128(blocks, blocks, 0xB1);
    }

    /// <summary>The greatest of each of four vectors, [a, b, c, d] four times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Maxima(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        Vector512<double> ab = Vector512.Max(Avx512F.UnpackLow(a, b), Avx512F.UnpackHigh(a, b)).AsDouble();
        Vector512<double> cd = Vector512.Max(Avx512F.UnpackLow(c, d), Avx512F.UnpackHigh(c, d)).AsDouble();
        Vector512<float> blocks = Vector512.Max(Avx512F.UnpackLow(ab, cd).AsSingle(), Avx512F.UnpackHigh(ab, cd).AsSingle());
        blocks = Vector512.Max(blocks, Avx512F.Shuffle4x128(blocks, blocks, 0x4E));
        return Vector512.Max(blocks, Avx512F.Shuffle4x128(blocks, blocks, 0xB1));
    }

    /// <summary>LayerNorm of each head, rotation (half cosines, half sines), and the result in 16 bits with four scales.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NormRotateWrite(float* x, Affine norm, float* rotary, short* to, float* scales)
    {
        Vector512<float> a0 = Vector512.Load(x), b0 = Vector512.Load(x + Half), a1 = Vector512.Load(x + HeadDim), b1 = Vector512.Load(x + HeadDim + Half);
        Vector512<float> a2 = Vector512.Load(x + 2 * HeadDim), b2 = Vector512.Load(x + 2 * HeadDim + Half), a3 = Vector512.Load(x + 3 * HeadDim), b3 = Vector512.Load(x + 3 * HeadDim + Half);
        Vector512<float> mean = Sums(a0 + b0, a1 + b1, a2 + b2, a3 + b3) * (1f / HeadDim);
        Vector512<float> m = Avx512F.Permute4x32(mean, 0x00);
        a0 -= m;
        b0 -= m;
        m = Avx512F.Permute4x32(mean, 0x55);
        a1 -= m;
        b1 -= m;
        m = Avx512F.Permute4x32(mean, 0xAA);
        a2 -= m;
        b2 -= m;
        m = Avx512F.Permute4x32(mean, 0xFF);
        a3 -= m;
        b3 -= m;
        Vector512<float> squares = Sums(Square(a0, b0), Square(a1, b1), Square(a2, b2), Square(a3, b3));
        Vector512<float> gain = Vector512<float>.One / Vector512.Sqrt(Vector512.FusedMultiplyAdd(squares, Vector512.Create(1f / HeadDim), Vector512.Create(NormEpsilon)));
        NormRotate(ref a0, ref b0, Avx512F.Permute4x32(gain, 0x00), norm, rotary);
        NormRotate(ref a1, ref b1, Avx512F.Permute4x32(gain, 0x55), norm, rotary);
        NormRotate(ref a2, ref b2, Avx512F.Permute4x32(gain, 0xAA), norm, rotary);
        NormRotate(ref a3, ref b3, Avx512F.Permute4x32(gain, 0xFF), norm, rotary);
        Write(a0, b0, a1, b1, a2, b2, a3, b3, (int*)to, scales);
    }

    /// <summary>The columns of four heads in 16 bits with four scales (<see cref="BlockFloat"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(float* x, short* to, float* scales) => Write(
        Vector512.Load(x), Vector512.Load(x + Half), Vector512.Load(x + HeadDim), Vector512.Load(x + HeadDim + Half),
        Vector512.Load(x + 2 * HeadDim), Vector512.Load(x + 2 * HeadDim + Half), Vector512.Load(x + 3 * HeadDim), Vector512.Load(x + 3 * HeadDim + Half),
        (int*)to, scales);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(
        Vector512<float> a0, Vector512<float> b0, Vector512<float> a1, Vector512<float> b1,
        Vector512<float> a2, Vector512<float> b2, Vector512<float> a3, Vector512<float> b3, int* to, float* scales)
    {
        Vector512<float> max = Maxima(Highest(a0, b0), Highest(a1, b1), Highest(a2, b2), Highest(a3, b3));
        (max.GetLower().GetLower() * (1 / Greatest)).Store(scales);
        Vector512<float> inverse = Vector512.ConditionalSelect(Vector512.GreaterThan(max, Vector512<float>.Zero), Vector512.Create(Greatest) / max, Vector512<float>.Zero);
        Pack(a0, b0, Avx512F.Permute4x32(inverse, 0x00)).Store(to);
        Pack(a1, b1, Avx512F.Permute4x32(inverse, 0x55)).Store(to + Half);
        Pack(a2, b2, Avx512F.Permute4x32(inverse, 0xAA)).Store(to + 2 * Half);
        Pack(a3, b3, Avx512F.Permute4x32(inverse, 0xFF)).Store(to + 3 * Half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Square(Vector512<float> a, Vector512<float> b) => Vector512.FusedMultiplyAdd(a, a, b * b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Highest(Vector512<float> a, Vector512<float> b) => Vector512.Max(Vector512.Abs(a), Vector512.Abs(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void NormRotate(ref Vector512<float> a, ref Vector512<float> b, Vector512<float> gain, Affine norm, float* rotary)
    {
        Vector512<float> cos = Vector512.Load(rotary), sin = Vector512.Load(rotary + Half);
        Vector512<float> x = Vector512.FusedMultiplyAdd(a * gain, Vector512.Load(norm.Weight), Vector512.Load(norm.Bias));
        Vector512<float> y = Vector512.FusedMultiplyAdd(b * gain, Vector512.Load(norm.Weight + Half), Vector512.Load(norm.Bias + Half));
        a = x * cos - y * sin;
        b = y * cos + x * sin;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Pack(Vector512<float> low, Vector512<float> high, Vector512<float> inverse) =>
        Avx512F.ConvertToVector512Int32(low * inverse) & Vector512.Create(0xFFFF) | Avx512F.ConvertToVector512Int32(high * inverse) << 16;
}
