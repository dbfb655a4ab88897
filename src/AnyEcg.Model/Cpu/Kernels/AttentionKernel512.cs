using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AnyEcg.Model;

/// <summary>Scores and weighted sums of four heads of 32 columns at once: one head of a key is one 512-bit vector of 16-bit pairs.</summary>
internal static unsafe class AttentionKernel512
{
    private const int HeadDim = FourHeads512.HeadDim;

    /// <summary>
    /// Products of the query with every key, [key, head]: four keys at a time, whose sixteen vectors of partial sums are turned into one
    /// vector of sixteen sums by adding halves crosswise.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Score(in AttentionTile tile, float* scores)
    {
        Vector512<short> q0 = Vector512.Load(tile.Query), q1 = Vector512.Load(tile.Query + HeadDim);
        Vector512<short> q2 = Vector512.Load(tile.Query + 2 * HeadDim), q3 = Vector512.Load(tile.Query + 3 * HeadDim);
        Vector512<float> queryScales = AttentionTile.Spread(tile.QueryScales);
        for (int i = 0; i < tile.Padded; i += EntryLayout.GroupHeads)
        {
            Vector512<float> k0 = HeadSums((short*)(tile.Keys[i] + tile.Key), q0, q1, q2, q3);
            Vector512<float> k1 = HeadSums((short*)(tile.Keys[i + 1] + tile.Key), q0, q1, q2, q3);
            Vector512<float> k01 = Avx512F.Shuffle4x128(k0, k1, 0x44) + Avx512F.Shuffle4x128(k0, k1, 0xEE);
            Vector512<float> k2 = HeadSums((short*)(tile.Keys[i + 2] + tile.Key), q0, q1, q2, q3);
            Vector512<float> k3 = HeadSums((short*)(tile.Keys[i + 3] + tile.Key), q0, q1, q2, q3);
            Vector512<float> k23 = Avx512F.Shuffle4x128(k2, k3, 0x44) + Avx512F.Shuffle4x128(k2, k3, 0xEE);
            Vector512<float> sums = Avx512F.Shuffle4x128(k01, k23, 0x88) + Avx512F.Shuffle4x128(k01, k23, 0xDD);
            (sums * (queryScales * tile.FourKeyScales(i))).Store(scores + i * EntryLayout.GroupHeads);
        }
    }

    /// <summary>Partial sums of one key with four heads: four blocks of [head 0, 1, 2, 3].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> HeadSums(short* key, Vector512<short> q0, Vector512<short> q1, Vector512<short> q2, Vector512<short> q3)
    {
        Vector512<float> a = Vector512.ConvertToSingle(Avx512BW.MultiplyAddAdjacent(q0, Vector512.Load(key)));
        Vector512<float> b = Vector512.ConvertToSingle(Avx512BW.MultiplyAddAdjacent(q1, Vector512.Load(key + HeadDim)));
        Vector512<float> c = Vector512.ConvertToSingle(Avx512BW.MultiplyAddAdjacent(q2, Vector512.Load(key + 2 * HeadDim)));
        Vector512<float> d = Vector512.ConvertToSingle(Avx512BW.MultiplyAddAdjacent(q3, Vector512.Load(key + 3 * HeadDim)));
        return FourHeads512.PartialSums(a, b, c, d);
    }

    /// <summary>Weighted sum of the values, 4 x 32 floats: each value is read once, in order, into eight accumulators.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Combine(in AttentionTile tile, float* weights, float* output)
    {
        Vector512<int> upper = Vector512.Create(-65536);
        Vector512<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        for (int i = 0; i < tile.Count; i++, weights += EntryLayout.GroupHeads)
        {
            int* value = (int*)(tile.Keys[i] + tile.Value);
            Vector512<int> pairs = Vector512.Load(value);
            Vector512<float> w = Vector512.Create(weights[0]);
            a0 = Vector512.FusedMultiplyAdd(w, Vector512.ConvertToSingle(pairs << 16), a0);
            a1 = Vector512.FusedMultiplyAdd(w, Vector512.ConvertToSingle(pairs & upper), a1);
            pairs = Vector512.Load(value + 16);
            w = Vector512.Create(weights[1]);
            b0 = Vector512.FusedMultiplyAdd(w, Vector512.ConvertToSingle(pairs << 16), b0);
            b1 = Vector512.FusedMultiplyAdd(w, Vector512.ConvertToSingle(pairs & upper), b1);
            pairs = Vector512.Load(value + 32);
            w = Vector512.Create(weights[2]);
            c0 = Vector512.FusedMultiplyAdd(w, Vector512.ConvertToSingle(pairs << 16), c0);
            c1 = Vector512.FusedMultiplyAdd(w, Vector512.ConvertToSingle(pairs & upper), c1);
            pairs = Vector512.Load(value + 48);
            w = Vector512.Create(weights[3]);
            d0 = Vector512.FusedMultiplyAdd(w, Vector512.ConvertToSingle(pairs << 16), d0);
            d1 = Vector512.FusedMultiplyAdd(w, Vector512.ConvertToSingle(pairs & upper), d1);
        }

        a0.Store(output);
        a1.Store(output + 16);
        b0.Store(output + 32);
        b1.Store(output + 48);
        c0.Store(output + 64);
        c1.Store(output + 80);
        d0.Store(output + 96);
        d1.Store(output + 112);
    }
}
