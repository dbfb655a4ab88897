using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Engine;

/// <summary>
/// The same layer of several perceptrons, side by side: outputs in groups of sixteen, whose sums stay in registers while the
/// inputs go by. Every output is its bias and then, in ascending order of the inputs, product by product, each multiplied,
/// rounded, then added: the same bits on every processor, and whatever stands beside it. Immutable.
/// </summary>
internal sealed class StackedLayer
{
    private const int Lanes = 16, AtOnce = 5;

    private readonly int inputs, groupsEach, groups;
    private readonly bool shared;

    /// <summary>[group, input, lane] and [group, lane]; lanes beyond a layer's outputs are 0.</summary>
    private readonly float[] weight, bias;

    /// <param name="layers">Of one size.</param>
    /// <param name="shared">All read the same inputs; else the inputs of one stand a <see cref="Stride"/> after those of the one before.</param>
    public StackedLayer(DenseLayer[] layers, bool shared)
    {
        this.shared = shared;
        inputs = layers[0].Inputs;
        groupsEach = (layers[0].Outputs + Lanes - 1) / Lanes;
        groups = groupsEach * layers.Length;
        weight = new float[groups * inputs * Lanes];
        bias = new float[groups * Lanes];
        for (int l = 0; l < layers.Length; l++)
        {
            for (int o = 0; o < layers[l].Outputs; o++)
                Pack(layers[l], o, (l * groupsEach) + (o / Lanes), o % Lanes);
        }
    }

    /// <summary>Places that each layer's outputs take.</summary>
    public int Stride => groupsEach * Lanes;

    /// <summary>Places that all outputs take.</summary>
    public int Size => groups * Lanes;

    /// <summary>Works out all layers; outputs that no layer has are 0.</summary>
    public void Apply(ReadOnlySpan<float> input, int inputStride, Span<float> outputs, bool rectify)
    {
        int last = shared ? 0 : (groups / groupsEach) - 1;
        ArgumentOutOfRangeException.ThrowIfLessThan(input.Length, (last * inputStride) + inputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs.Length, Size);
        int step = shared ? 0 : inputStride;
        if (!Vector512.IsHardwareAccelerated)
        {
            for (int g = 0; g < groups; g++)
                ApplyOne(g, input[(g / groupsEach * step)..], outputs.Slice(g * Lanes, Lanes), rectify);
            return;
        }

        for (int g = 0; g < groups; g += AtOnce)
            ApplyFive(g, ref MemoryMarshal.GetReference(input), step, ref MemoryMarshal.GetReference(outputs), rectify);
    }

    private void Pack(DenseLayer layer, int output, int group, int lane)
    {
        bias[(group * Lanes) + lane] = layer.Bias[output];
        for (int i = 0; i < inputs; i++)
            weight[(((group * inputs) + i) * Lanes) + lane] = layer.Row(output)[i];
    }

    private void ApplyOne(int group, ReadOnlySpan<float> input, Span<float> outputs, bool rectify)
    {
        ref float w = ref weight[group * inputs * Lanes];
        Vector256<float> low = Vector256.LoadUnsafe(ref bias[group * Lanes]), high = Vector256.LoadUnsafe(ref bias[(group * Lanes) + 8]);
        for (int i = 0; i < inputs; i++)
        {
            low += Vector256.LoadUnsafe(ref w, (nuint)(i * Lanes)) * input[i];
            high += Vector256.LoadUnsafe(ref w, (nuint)((i * Lanes) + 8)) * input[i];
        }

        low = rectify ? Vector256.Max(low, Vector256<float>.Zero) : low;
        high = rectify ? Vector256.Max(high, Vector256<float>.Zero) : high;
        low.CopyTo(outputs);
        high.CopyTo(outputs[8..]);
    }

    /// <summary>Five groups at a time hide how long an addition takes; where fewer are left the last is worked out again.</summary>
    private void ApplyFive(int group, ref float input, int step, ref float outputs, bool rectify)
    {
        int most = groups - 1;
        (int g1, int g2, int g3) = (Math.Min(group + 1, most), Math.Min(group + 2, most), Math.Min(group + 3, most));
        int g4 = Math.Min(group + 4, most);
        ref float x0 = ref Input(ref input, group, step);
        ref float x1 = ref Input(ref input, g1, step);
        ref float x2 = ref Input(ref input, g2, step);
        ref float x3 = ref Input(ref input, g3, step);
        ref float x4 = ref Input(ref input, g4, step);
        (Vector512<float> s0, Vector512<float> s1, Vector512<float> s2) = (Bias(group), Bias(g1), Bias(g2));
        (Vector512<float> s3, Vector512<float> s4) = (Bias(g3), Bias(g4));
        ref float w = ref MemoryMarshal.GetArrayDataReference(weight);
        nuint size = (nuint)(inputs * Lanes), at = 0;
        for (int i = 0; i < inputs; i++, at += Lanes)
        {
            s0 += Vector512.LoadUnsafe(ref w, ((nuint)group * size) + at) * Unsafe.Add(ref x0, i);
            s1 += Vector512.LoadUnsafe(ref w, ((nuint)g1 * size) + at) * Unsafe.Add(ref x1, i);
            s2 += Vector512.LoadUnsafe(ref w, ((nuint)g2 * size) + at) * Unsafe.Add(ref x2, i);
            s3 += Vector512.LoadUnsafe(ref w, ((nuint)g3 * size) + at) * Unsafe.Add(ref x3, i);
            s4 += Vector512.LoadUnsafe(ref w, ((nuint)g4 * size) + at) * Unsafe.Add(ref x4, i);
        }

        Store(s0, ref outputs, group, rectify);
        Store(s1, ref outputs, g1, rectify);
        Store(s2, ref outputs, g2, rectify);
        Store(s3, ref outputs, g3, rectify);
        Store(s4, ref outputs, g4, rectify);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref float Input(ref float input, int group, int step) => ref Unsafe.Add(ref input, group / groupsEach * step);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<float> Bias(int group) => Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(bias), (nuint)(group * Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> sums, ref float outputs, int group, bool rectify) =>
        (rectify ? Vector512.Max(sums, Vector512<float>.Zero) : sums).StoreUnsafe(ref outputs, (nuint)(group * Lanes));
}
