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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Across(Vector256<float> v) =>
        ((v[0] + v[4]) + (v[1] + v[5])) + ((v[2] + v[6]) + (v[3] + v[7]));
}
