using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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

    /// <summary>e^x to about 2 units in the last place: 2^n times a Taylor series of degree 7 on +-ln(2)/2. Clamped to +-87.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        x = Vector512.Min(Vector512.Max(x, Vector512.Create(-87f)), Vector512.Create(87f));
        Vector512<float> n = Vector512.Round(x * 1.44269504f);
        Vector512<float> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(2.12194440e-4f), r);
        Vector512<float> p = Vector512.Create(1f / 5040);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 720));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 120));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 24));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 6));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        Vector512<int> power = Vector512.ConvertToInt32(n) + Vector512.Create(127) << 23;
        return p * power.AsSingle();
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Exp(-x));

    /// <summary>GELU in its tanh form, written with the logistic function: x / (1 + e^(-2u)), u = sqrt(2/pi) (x + 0.044715 x^3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gelu(float* x, int count)
    {
        for (int i = 0; i < count; i += Width)
        {
            Vector512<float> v = Vector512.Load(x + i);
            Vector512<float> u = v * Vector512.FusedMultiplyAdd(v * v, Vector512.Create(0.0713548163f), Vector512.Create(1.59576912f));
            (v * Sigmoid(u)).Store(x + i);
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

    /// <summary>GroupNorm of one patch in place: rows x channels, statistics over all rows and the channels of a group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GroupNorm(float* x, int rows, int channels, int groups, float* weight, float* bias, float* scratch)
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
            Vector512<float> gain = Vector512.Load(weight + c) / Vector512.Sqrt(Vector512.Load(scale + c) + Vector512.Create(NormEpsilon));
            Vector512<float> offset = Vector512.Load(bias + c);
            for (int row = 0; row < rows; row++)
            {
                float* at = x + row * channels + c;
                Vector512.FusedMultiplyAdd(Vector512.Load(at) - m, gain, offset).Store(at);
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
    public static void Add(float* x, float* addend, int count)
    {
        for (int i = 0; i < count; i += Width)
        {
            (Vector512.Load(x + i) + Vector512.Load(addend + i)).Store(x + i);
        }
    }

    /// <summary>
    /// Softmax in place over <paramref name="count"/> values; the memory must reach to the next multiple of 16 and is filled there.
    /// Returns log(sum e^x), the normaliser.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Softmax(float* x, int count)
    {
        int padded = RoundUp(count);
        new Span<float>(x + count, padded - count).Fill(float.NegativeInfinity);
        Vector512<float> highest = Vector512.Load(x);
        for (int i = Width; i < padded; i += Width)
        {
            highest = Vector512.Max(highest, Vector512.Load(x + i));
        }

        float max = Highest(highest);
        Vector512<float> shift = Vector512.Create(max);
        Vector512<float> sum = Vector512<float>.Zero;
        for (int i = 0; i < padded; i += Width)
        {
            Vector512<float> e = Exp(Vector512.Load(x + i) - shift);
            e.Store(x + i);
            sum += e;
        }

        float total = Sum(sum);
        Vector512<float> scale = Vector512.Create(1 / total);
        for (int i = 0; i < padded; i += Width)
        {
            (Vector512.Load(x + i) * scale).Store(x + i);
        }

        return max + MathF.Log(total);
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
    private static float Highest(Vector512<float> v)
    {
        Vector256<float> half = Vector256.Max(v.GetLower(), v.GetUpper());
        Vector128<float> quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        return MathF.Max(MathF.Max(quarter[0], quarter[1]), MathF.Max(quarter[2], quarter[3]));
    }
}
