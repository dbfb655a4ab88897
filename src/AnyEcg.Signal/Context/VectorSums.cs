using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Signal;

/// <summary>Sums over floats in one written order of additions, on every processor the same bits.</summary>
internal static class VectorSums
{
    private const int Width = 8, Block = 4 * Width;

    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        int count = Math.Min(a.Length, b.Length), i = 0;
        ref float x = ref MemoryMarshal.GetReference(a);
        ref float y = ref MemoryMarshal.GetReference(b);
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (; i + Block <= count; i += Block)
        {
            s0 += Vector256.LoadUnsafe(ref x, (nuint)i) * Vector256.LoadUnsafe(ref y, (nuint)i);
            s1 += Vector256.LoadUnsafe(ref x, (nuint)(i + Width)) * Vector256.LoadUnsafe(ref y, (nuint)(i + Width));
            s2 += Vector256.LoadUnsafe(ref x, (nuint)(i + (2 * Width))) * Vector256.LoadUnsafe(ref y, (nuint)(i + (2 * Width)));
            s3 += Vector256.LoadUnsafe(ref x, (nuint)(i + (3 * Width))) * Vector256.LoadUnsafe(ref y, (nuint)(i + (3 * Width)));
        }

        for (; i + Width <= count; i += Width)
            s0 += Vector256.LoadUnsafe(ref x, (nuint)i) * Vector256.LoadUnsafe(ref y, (nuint)i);
        float sum = Across((s0 + s1) + (s2 + s3));
        for (; i < count; i++)
            sum += a[i] * b[i];
        return sum;
    }

    public static float Sum(ReadOnlySpan<float> values)
    {
        int i = 0;
        ref float x = ref MemoryMarshal.GetReference(values);
        Vector256<float> s0 = default, s1 = default;
        for (; i + (2 * Width) <= values.Length; i += 2 * Width)
        {
            s0 += Vector256.LoadUnsafe(ref x, (nuint)i);
            s1 += Vector256.LoadUnsafe(ref x, (nuint)(i + Width));
        }

        float sum = Across(s0 + s1);
        for (; i < values.Length; i++)
            sum += values[i];
        return sum;
    }

    /// <summary>Sum of the sizes of the second differences.</summary>
    public static float Bends(ReadOnlySpan<float> values)
    {
        int i = 2;
        ref float x = ref MemoryMarshal.GetReference(values);
        Vector256<float> s0 = default, s1 = default;
        for (; i + (2 * Width) <= values.Length; i += 2 * Width)
        {
            s0 += Bend(ref x, i);
            s1 += Bend(ref x, i + Width);
        }

        float sum = Across(s0 + s1);
        for (; i < values.Length; i++)
            sum += Math.Abs(values[i] - (2 * values[i - 1]) + values[i - 2]);
        return sum;
    }

    /// <summary>The least and the greatest of at least eight values.</summary>
    public static (float Least, float Greatest) Range(ReadOnlySpan<float> values)
    {
        ref float x = ref MemoryMarshal.GetReference(values);
        nuint last = (nuint)(values.Length - Width);
        Vector256<float> low = Vector256.LoadUnsafe(ref x, last), high = low;
        for (nuint i = 0; i < last; i += Width)
        {
            Vector256<float> v = Vector256.LoadUnsafe(ref x, i);
            (low, high) = (Vector256.Min(low, v), Vector256.Max(high, v));
        }

        (float least, float greatest) = (low[0], high[0]);
        for (int lane = 1; lane < Width; lane++)
            (least, greatest) = (Math.Min(least, low[lane]), Math.Max(greatest, high[lane]));
        return (least, greatest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Bend(ref float x, int i) => Vector256.Abs(
        Vector256.LoadUnsafe(ref x, (nuint)i) - (2 * Vector256.LoadUnsafe(ref x, (nuint)(i - 1))) + Vector256.LoadUnsafe(ref x, (nuint)(i - 2)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Across(Vector256<float> v) =>
        ((v[0] + v[4]) + (v[1] + v[5])) + ((v[2] + v[6]) + (v[3] + v[7]));
}
