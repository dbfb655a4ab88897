using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Model;

/// <summary>float to bfloat16, to nearest, ties to even. Values are finite.</summary>
internal static unsafe class Bfloat
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Convert(float* from, int count, ushort* to)
    {
        int i = 0;
        for (; i + 32 <= count; i += 32)
            Vector512.Narrow(Round(Vector512.Load((uint*)from + i)), Round(Vector512.Load((uint*)from + i + 16))).Store(to + i);
        for (; i < count; i++)
            to[i] = Round(BitConverter.SingleToUInt32Bits(from[i]));
    }

    private static ushort Round(uint bits) => (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);

    private static Vector512<uint> Round(Vector512<uint> bits) =>
        Vector512.ShiftRightLogical(bits + Vector512.Create(0x7FFFu) + (Vector512.ShiftRightLogical(bits, 16) & Vector512.Create(1u)), 16);
}
