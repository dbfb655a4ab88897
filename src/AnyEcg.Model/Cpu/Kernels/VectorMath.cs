using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AnyEcg.Model;

/// <summary>
/// Element-wise and row-wise mathematics on aligned or unaligned float memory whose length is a multiple of 16. The order of
/// additions depends on the length alone. Fully optimised from the first call: quick first-tier code would be slow enough here to
/// delay a worker's first minute.
/// </summary>
internal static unsafe class VectorMath
{
    public const int Width = 16;

    private const float NormEpsilon = 1e-5f;

    public static int RoundUp(int count) => (count + Width - 1) / Width * Width;

    // Added to a number below 2^22 it leaves the nearest integer in the lowest bits.
    private const float RoundingShift = 12582912f;

    /// <summary>e^x to about 2 units in the last place: 2^n times a polynomial fitted on +-ln(2)/2. Clamped to +-87.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        x = Vector512.Min(Vector512.Max(x, Vector512.Create(-87f)), Vector512.Create(87f));
        Vector512<float> t = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.44269504f), Vector512.Create(RoundingShift));
        Vector512<float> n = t - Vector512.Create(RoundingShift);
        Vector512<float> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(2.12194440e-4f), r);
        return PowerOfTwo(r * 1.44269504f, t);
    }

    /// <summary>2^r for r in +-1/2, to a unit in the last place, times 2^n, where n stands in the lowest bits of <paramref name="shifted"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PowerOfTwo(Vector512<float> r, Vector512<float> shifted)
    {
        Vector512<float> p = Vector512.Create(1.3276467e-3f);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(9.675542e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(5.5507135e-2f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.2402212f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.69314694f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        return (p.AsInt32() + (shifted.AsInt32() << 23)).AsSingle();
    }

    /// <summary>1 / x to about a unit in the last place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Reciprocal(Vector512<float> x)
    {
        if (!Avx512F.IsSupported)
        {
            return Vector512<float>.One / x;
        }

        Vector512<float> estimate = Avx512F.Reciprocal14(x);
        return Vector512.FusedMultiplyAdd(Vector512.FusedMultiplyAdd(-x, estimate, Vector512<float>.One), estimate, estimate);
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => Reciprocal(Vector512<float>.One + Exp(-x));

    /// <summary>
    /// GELU in its tanh form, written with the logistic function: x / (1 + e^(-2u)), u = sqrt(2/pi) (x + 0.044715 x^3); the power is taken
    /// to base 2.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gelu(Vector512<float> x)
    {
        Vector512<float> u = x * Vector512.FusedMultiplyAdd(x * x, Vector512.Create(-0.10294324f), Vector512.Create(-2.3022082f));
        u = Vector512.Min(Vector512.Max(u, Vector512.Create(-125f)), Vector512.Create(125f));
        Vector512<float> t = u + Vector512.Create(RoundingShift);
        return x * Reciprocal(Vector512<float>.One + PowerOfTwo(u - (t - Vector512.Create(RoundingShift)), t));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gelu(float* x, int count)
    {
        for (int i = 0; i < count; i += Width)
        {
            Gelu(Vector512.Load(x + i)).Store(x + i);
        }
    }

    /// <summary>y = (x - mean) / sqrt(variance + 1e-5) * weight + bias over one row; x and y may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LayerNorm(float* x, float* y, int count, float* weight, float* bias)
    {
        Vector512<float> sum = Vector512<float>.Zero;
        for (int i = 0; i < count; i += Width)
        {
            sum += Vector512.Load(x + i);
        }

        Vector512<float> mean = Vector512.Create(Sum(sum) / count);
        Vector512<float> squares = Vector512<float>.Zero;
        for (int i = 0; i < count; i += Width)
        {
            Vector512<float> d = Vector512.Load(x + i) - mean;
            squares = Vector512.FusedMultiplyAdd(d, d, squares);
        }

        Vector512<float> scale = Vector512.Create(1 / MathF.Sqrt(Sum(squares) / count + NormEpsilon));
        for (int i = 0; i < count; i += Width)
        {
            Vector512<float> d = (Vector512.Load(x + i) - mean) * scale;
            Vector512.FusedMultiplyAdd(d, Vector512.Load(weight + i), Vector512.Load(bias + i)).Store(y + i);
        }
    }

    /// <summary>GELU of the GroupNorm of one patch: rows x channels, statistics over all rows and the channels of a group; x and y may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GroupNormGelu(float* x, float* y, int rows, int channels, int groups, Affine norm, float* scratch)
    {
        int width = channels / groups;
        float* mean = scratch;
        float* scale = scratch + channels;
        ColumnSums(x, rows, channels, null, mean);
        SpreadGroupMeans(mean, channels, width, rows);
        ColumnSums(x, rows, channels, mean, scale);
        SpreadGroupMeans(scale, channels, width, rows);
        for (int c = 0; c < channels; c += Width)
        {
            Vector512<float> m = Vector512.Load(mean + c);
            Vector512<float> gain = Vector512.Load(norm.Weight + c) / Vector512.Sqrt(Vector512.Load(scale + c) + Vector512.Create(NormEpsilon));
            Vector512<float> offset = Vector512.Load(norm.Bias + c);
            for (int row = 0; row < rows; row++)
            {
                int at = row * channels + c;
                Gelu(Vector512.FusedMultiplyAdd(Vector512.Load(x + at) - m, gain, offset)).Store(y + at);
            }
        }
    }

    /// <summary>Per channel, the sum over rows of x, or of (x - mean)^2 where a mean is given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ColumnSums(float* x, int rows, int channels, float* mean, float* sums)
    {
        for (int c = 0; c < channels; c += Width)
        {
            Vector512<float> m = mean == null ? Vector512<float>.Zero : Vector512.Load(mean + c);
            Vector512<float> sum = Vector512<float>.Zero;
            for (int row = 0; row < rows; row++)
            {
                Vector512<float> d = Vector512.Load(x + row * channels + c) - m;
                sum = mean == null ? sum + d : Vector512.FusedMultiplyAdd(d, d, sum);
            }

            sum.Store(sums + c);
        }
    }

    private static void SpreadGroupMeans(float* sums, int channels, int width, int rows)
    {
        for (int c = 0; c < channels; c += width)
        {
            float sum = 0;
            for (int i = 0; i < width; i++)
            {
                sum += sums[c + i];
            }

            new Span<float>(sums + c, width).Fill(sum / (width * rows));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sigmoid(float* x, int count)
    {
        for (int i = 0; i < count; i += Width)
        {
            Sigmoid(Vector512.Load(x + i)).Store(x + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* x, float factor, int count)
    {
        for (int i = 0; i < count; i += Width)
        {
            (Vector512.Load(x + i) * factor).Store(x + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* x, float* addend, int count)
    {
        for (int i = 0; i < count; i += Width)
        {
            (Vector512.Load(x + i) + Vector512.Load(addend + i)).Store(x + i);
        }
    }

    /// <summary>Softmax in place over <paramref name="count"/> values; the memory must reach to the next multiple of 16 and is filled there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(float* x, int count)
    {
        int padded = RoundUp(count);
        Vector512<float> shift = Vector512.Create(HighestOf(x, count));
        Vector512<float> sum = Vector512<float>.Zero;
        for (int i = 0; i < padded; i += Width)
        {
            Vector512<float> e = Exp(Vector512.Load(x + i) - shift);
            e.Store(x + i);
            sum += e;
        }

        Vector512<float> scale = Vector512.Create(1 / Sum(sum));
        for (int i = 0; i < padded; i += Width)
        {
            (Vector512.Load(x + i) * scale).Store(x + i);
        }
    }

    /// <summary>log(sum e^x); the memory must reach to the next multiple of 16 and is filled there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float LogSumExp(float* x, int count)
    {
        float max = HighestOf(x, count);
        Vector512<float> shift = Vector512.Create(max);
        Vector512<float> sum = Vector512<float>.Zero;
        for (int i = 0; i < count; i += Width)
        {
            sum += Exp(Vector512.Load(x + i) - shift);
        }

        return max + MathF.Log(Sum(sum));
    }

    /// <summary>The highest value; fills the memory to the next multiple of 16 with what is lower than any.</summary>
    private static float HighestOf(float* x, int count)
    {
        int padded = RoundUp(count);
        new Span<float>(x + count, padded - count).Fill(float.NegativeInfinity);
        Vector512<float> highest = Vector512.Load(x);
        for (int i = Width; i < padded; i += Width)
        {
            highest = Vector512.Max(highest, Vector512.Load(x + i));
        }

        return Highest(highest);
    }

    /// <summary>The place of the highest value, the first of them; the memory must reach to the next multiple of 16 and is filled there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int PlaceOfHighest(float* x, int count)
    {
        Vector512<float> highest = Vector512.Create(HighestOf(x, count));
        int i = 0;
        while (!Vector512.EqualsAny(Vector512.Load(x + i), highest))
        {
            i += Width;
        }

        return i + BitOperations.TrailingZeroCount(Vector512.Equals(Vector512.Load(x + i), highest).ExtractMostSignificantBits());
    }

    /// <summary>Copies a multiple of 16 values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* from, float* to, int count)
    {
        for (int i = 0; i < count; i += Width)
        {
            Vector512.Load(from + i).Store(to + i);
        }
    }

    /// <summary>Sum of the lanes in one order on every machine and at every level of compilation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> v)
    {
        Vector256<float> half = v.GetLower() + v.GetUpper();
        Vector128<float> quarter = half.GetLower() + half.GetUpper();
        Vector128<float> pairs = quarter + Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1));
        return pairs[0] + pairs[1];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Highest(Vector512<float> v)
    {
        Vector256<float> half = Vector256.Max(v.GetLower(), v.GetUpper());
        Vector128<float> quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        return MathF.Max(MathF.Max(quarter[0], quarter[1]), MathF.Max(quarter[2], quarter[3]));
    }
}
