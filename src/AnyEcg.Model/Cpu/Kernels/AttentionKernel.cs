using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AnyEcg.Model;

/// <summary>Scores and weighted sums for heads of any width, with 256-bit vectors or without.</summary>
internal static unsafe class AttentionKernel
{
    /// <summary>Products of the query with every key, [key, head].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Score(in AttentionTile tile, int headDim, int heads, float* scores)
    {
        for (int i = 0; i < tile.Padded; i++)
        {
            short* key = (short*)(tile.Keys[i] + tile.Key);
            Vector128<float> sums = FourSums(
                HeadProduct(tile.Query, key, 0, headDim),
                heads > 1 ? HeadProduct(tile.Query, key, headDim, headDim) : default,
                heads > 2 ? HeadProduct(tile.Query, key, 2 * headDim, headDim) : default,
                heads > 3 ? HeadProduct(tile.Query, key, 3 * headDim, headDim) : default);
            Vector128<float> scales = tile.QueryScales * Vector128.Load((float*)(tile.Keys[i] + tile.KeyScales));
            (sums * scales).Store(scores + i * EntryLayout.GroupHeads);
        }
    }

    /// <summary>Partial sums of the products of one head's columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> HeadProduct(short* query, short* key, int at, int headDim)
    {
        Vector256<float> sum = Vector256<float>.Zero;
        for (int d = at; d < at + headDim; d += Vector256<short>.Count)
        {
            sum += Vector256.ConvertToSingle(Pairs(Vector256.Load(query + d), Vector256.Load(key + d)));
        }

        return sum;
    }

    /// <summary>The sums of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> FourSums(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        if (!Avx.IsSupported)
        {
            return Vector128.Create(Sum(a), Sum(b), Sum(c), Sum(d));
        }

        Vector256<float> all = Avx.HorizontalAdd(Avx.HorizontalAdd(a, b), Avx.HorizontalAdd(c, d));
        return all.GetLower() + all.GetUpper();
    }

    /// <summary>Weighted sum of the values: <paramref name="heads"/> x headDim floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Combine(in AttentionTile tile, int headDim, int heads, float* weights, float* output)
    {
        int half = headDim / 2;
        for (int head = 0; head < heads; head++)
        {
            for (int d = 0; d < half; d += Vector256<int>.Count)
            {
                Vector256<float> low = Vector256<float>.Zero, high = Vector256<float>.Zero;
                for (int i = 0; i < tile.Count; i++)
                {
                    Vector256<int> pairs = Vector256.Load((int*)(tile.Keys[i] + tile.Value) + head * half + d);
                    Vector256<float> weight = Vector256.Create(weights[i * EntryLayout.GroupHeads + head]);
                    low = Vector256.FusedMultiplyAdd(weight, Vector256.ConvertToSingle(pairs << 16), low);
                    high = Vector256.FusedMultiplyAdd(weight, Vector256.ConvertToSingle(pairs & Vector256.Create(-65536)), high);
                }

                low.Store(output + head * headDim + d);
                high.Store(output + head * headDim + half + d);
            }
        }
    }

    /// <summary>Sums of two neighbouring products each; they fit, for no value is -32768.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Pairs(Vector256<short> a, Vector256<short> b)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.MultiplyAddAdjacent(a, b);
        }

        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (x << 16 >> 16) * (y << 16 >> 16) + (x >> 16) * (y >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(Vector256<float> v)
    {
        Vector128<float> half = v.GetLower() + v.GetUpper();
        Vector128<float> pairs = half + Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1));
        return pairs[0] + pairs[1];
    }
}
