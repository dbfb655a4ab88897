using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Model;

/// <summary>
/// Block floating point: the columns of one head as 16-bit integers with one scale, so that the greatest becomes +-32767. The error of a
/// column is at most 1/65534 of the greatest. Column i stands beside column i + width/2: the even and the odd halves of a vector
/// of pairs are then the two halves of the head, in order.
/// </summary>
internal static unsafe class BlockFloat
{
    private const float Greatest = short.MaxValue;

    /// <summary>Writes <paramref name="width"/> columns, a multiple of 16, and returns their scale; 0 for columns that are all 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Write(float* x, int width, short* to)
    {
        int half = width / 2;
        Vector256<float> highest = Vector256<float>.Zero;
        for (int i = 0; i < width; i += Vector256<float>.Count)
        {
            highest = Vector256.Max(highest, Vector256.Abs(Vector256.Load(x + i)));
        }

        float max = Highest(highest);
        Vector256<float> inverse = Vector256.Create(max > 0 ? Greatest / max : 0);
        for (int i = 0; i < half; i += Vector256<float>.Count)
        {
            Vector256<int> low = Vector256.ConvertToInt32(Vector256.Round(Vector256.Load(x + i) * inverse));
            Vector256<int> high = Vector256.ConvertToInt32(Vector256.Round(Vector256.Load(x + half + i) * inverse));
            (low & Vector256.Create(0xFFFF) | high << 16).Store((int*)to + i);
        }

        return max / Greatest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Highest(Vector256<float> v)
    {
        Vector128<float> half = Vector128.Max(v.GetLower(), v.GetUpper());
        return MathF.Max(MathF.Max(half[0], half[1]), MathF.Max(half[2], half[3]));
    }
}
