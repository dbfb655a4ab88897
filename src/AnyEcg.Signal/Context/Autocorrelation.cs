using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Signal;

/// <summary>Products of a stretch of samples with itself at many shifts, four shifts to each pass over it. Stateless.</summary>
internal static class Autocorrelation
{
    /// <summary>Shifts at a time.</summary>
    public const int Lags = 52;

    /// <summary>Zeros that must stand behind the stretch: what a shift reads beyond its end adds nothing.</summary>
    public const int Padding = 80;

    private const int Width = 16;

    /// <summary>
    /// <c>products[i]</c>: sum of <c>x[n] * x[n + first + i]</c>. Each sum in one written order of additions, on every processor the same bits.
    /// </summary>
    /// <param name="padded">The samples, then <see cref="Padding"/> zeros.</param>
    /// <param name="length">Samples, a multiple of sixteen.</param>
    /// <param name="first">The smallest shift, at most 12.</param>
    /// <param name="products"><see cref="Lags"/> values.</param>
    public static void Write(ReadOnlySpan<float> padded, int length, int first, Span<float> products)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(padded.Length, length + Padding);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)first, (uint)(Padding - Lags - Width));
        ref float x = ref MemoryMarshal.GetReference(padded);
        for (int lag = 0; lag < Lags; lag += 4)
        {
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (int n = 0; n < length; n += Width)
            {
                Vector512<float> here = Vector512.LoadUnsafe(ref x, (nuint)n);
                nuint there = (nuint)(n + first + lag);
                s0 += here * Vector512.LoadUnsafe(ref x, there);
                s1 += here * Vector512.LoadUnsafe(ref x, there + 1);
                s2 += here * Vector512.LoadUnsafe(ref x, there + 2);
                s3 += here * Vector512.LoadUnsafe(ref x, there + 3);
            }

            products[lag] = Across(s0);
            products[lag + 1] = Across(s1);
            products[lag + 2] = Across(s2);
            products[lag + 3] = Across(s3);
        }
    }

    private static float Across(Vector512<float> v) => VectorSums.Across(v.GetLower() + v.GetUpper());
}
