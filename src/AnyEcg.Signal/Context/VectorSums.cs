using System.Runtime.Intrinsics;

namespace AnyEcg.Signal;

/// <summary>Sums over floats in one written order of additions, on every processor the same bits.</summary>
internal static class VectorSums
{
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector256<float> sum = Vector256<float>.Zero, other = Vector256<float>.Zero;
        int i = 0;
        for (; i + 16 <= a.Length; i += 16)
        {
            sum += Vector256.Create(a.Slice(i, 8)) * Vector256.Create(b.Slice(i, 8));
            other += Vector256.Create(a.Slice(i + 8, 8)) * Vector256.Create(b.Slice(i + 8, 8));
        }

        sum += other;
        float rest = (((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7])));
        for (; i < a.Length; i++)
            rest += a[i] * b[i];
        return rest;
    }

    public static float Sum(ReadOnlySpan<float> values)
    {
        float sum = 0;
        foreach (float value in values)
            sum += value;
        return sum;
    }
}
