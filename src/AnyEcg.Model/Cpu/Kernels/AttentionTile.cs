using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Model;

/// <summary>One query against its keys, for one group of four heads. Keys beyond <see cref="Count"/>, up to a multiple of four, repeat the last.</summary>
internal readonly unsafe struct AttentionTile
{
    public readonly nint* Keys;
    public readonly short* Query;
    public readonly Vector128<float> QueryScales;
    public readonly int Count, Padded;

    /// <summary>Bytes from an entry to this group's part of it.</summary>
    public readonly int Key, Value, KeyScales, ValueScales;

    public AttentionTile(in EntryLayout layout, int group, int column, byte* query, nint* keys, int count, int padded)
    {
        int scales = group * EntryLayout.GroupHeads * sizeof(float);
        Keys = keys;
        Query = (short*)query + column;
        QueryScales = Vector128.Load((float*)(query + layout.QueryScales + scales));
        Count = count;
        Padded = padded;
        Key = column * sizeof(short);
        Value = layout.Value + Key;
        KeyScales = layout.KeyScales + scales;
        ValueScales = layout.ValueScales + scales;
    }

    /// <summary>The key scales of the keys i to i + 3, [key, head].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> FourKeyScales(int i) => Four(i, KeyScales);

    /// <summary>
    /// Scores [key, head] -> weights that multiply the int16 values in the upper half of 32-bit numbers: softmax over the keys, times the
    /// values' scales, times 2^-16.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Softmax(float* scores)
    {
        new Span<float>(scores + Count * EntryLayout.GroupHeads, (Padded - Count) * EntryLayout.GroupHeads).Fill(float.NegativeInfinity);
        int length = Padded * EntryLayout.GroupHeads;
        Vector512<float> highest = Vector512.Load(scores);
        for (int i = VectorMath.Width; i < length; i += VectorMath.Width)
        {
            highest = Vector512.Max(highest, Vector512.Load(scores + i));
        }

        Vector256<float> high = Vector256.Max(highest.GetLower(), highest.GetUpper());
        Vector512<float> shift = Spread(Vector128.Max(high.GetLower(), high.GetUpper()));
        Vector512<float> sum = Vector512<float>.Zero;
        for (int i = 0; i < length; i += VectorMath.Width)
        {
            Vector512<float> e = VectorMath.Exp(Vector512.Load(scores + i) - shift);
            e.Store(scores + i);
            sum += e;
        }

        Vector256<float> half = sum.GetLower() + sum.GetUpper();
        Vector512<float> scale = Spread(Vector128.Create(1f / 65536) / (half.GetLower() + half.GetUpper()));
        for (int i = 0; i < Padded; i += EntryLayout.GroupHeads)
        {
            float* at = scores + i * EntryLayout.GroupHeads;
            (Vector512.Load(at) * (scale * Four(i, ValueScales))).Store(at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<float> Four(int i, int offset) => Vector512.Create(
        Vector256.Create(Vector128.Load((float*)(Keys[i] + offset)), Vector128.Load((float*)(Keys[i + 1] + offset))),
        Vector256.Create(Vector128.Load((float*)(Keys[i + 2] + offset)), Vector128.Load((float*)(Keys[i + 3] + offset))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Spread(Vector128<float> v) => Vector512.Create(Vector256.Create(v, v), Vector256.Create(v, v));
}
