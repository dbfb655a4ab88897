using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AnyEcg.Model;

/// <summary>
/// Product tiles of 8 or 1 rows and 48, 32 or 16 columns for 512-bit vectors. Written out, because only named locals stay in
/// registers: 24 or 16 accumulators, 3 or 2 weight vectors, 1 broadcast. A tile starts at the bias, plus y where it accumulates. Beside
/// each input it asks for one cache line of what comes after the product (<see cref="Readahead"/>).
/// </summary>
internal static unsafe class GemmKernel512
{
    /// <summary>One tile of a panel of 16, 32 or 48 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(in GemmTile tile, float* panel, int width, int inputs, float* bias, byte* ahead, nint step)
    {
        if (tile.Last == 0)
        {
            Row(tile, panel, width, inputs, bias);
        }
        else if (width == 32)
        {
            Rows32(tile, panel, inputs, bias, ahead, step);
        }
        else if (width == 48)
        {
            Rows48(tile, panel, inputs, bias, ahead, step);
        }
        else
        {
            Rows16(tile, panel, inputs, bias, ahead, step);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask(byte* line)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(line);
        }
    }

    private static void Row(in GemmTile tile, float* panel, int width, int inputs, float* bias)
    {
        int column = 0;
        for (; column + 32 <= width; column += 32)
        {
            Row32(tile, column, panel + column, width, inputs, bias + column);
        }

        if (column < width)
        {
            Row16(tile, column, panel + column, width, inputs, bias + column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row32(in GemmTile tile, int column, float* panel, int width, int inputs, float* bias)
    {
        float* a0 = tile.X;
        float* y = tile.Y + column;
        Vector512<float> s0a = Vector512.Load(bias);
        Vector512<float> s0b = Vector512.Load(bias + 16);
        if (tile.Accumulate)
        {
            s0a += Vector512.Load(y);
            s0b += Vector512.Load(y + 16);
        }

        for (int k = 0; k < inputs; k++, panel += width)
        {
            Vector512<float> x0 = Vector512.Create(a0[k]);
            s0a = Vector512.FusedMultiplyAdd(x0, Vector512.Load(panel), s0a);
            s0b = Vector512.FusedMultiplyAdd(x0, Vector512.Load(panel + 16), s0b);
        }

        s0a.Store(y);
        s0b.Store(y + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row16(in GemmTile tile, int column, float* panel, int width, int inputs, float* bias)
    {
        float* a0 = tile.X;
        float* y = tile.Y + column;
        Vector512<float> s0a = tile.Accumulate ? Vector512.Load(bias) + Vector512.Load(y) : Vector512.Load(bias);
        for (int k = 0; k < inputs; k++, panel += width)
        {
            s0a = Vector512.FusedMultiplyAdd(Vector512.Create(a0[k]), Vector512.Load(panel), s0a);
        }

        s0a.Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows48(in GemmTile tile, float* panel, int inputs, float* bias, byte* ahead, nint step)
    {
        long r1 = Math.Min(1, tile.Last);
        long r2 = Math.Min(2, tile.Last);
        long r3 = Math.Min(3, tile.Last);
        long r4 = Math.Min(4, tile.Last);
        long r5 = Math.Min(5, tile.Last);
        long r6 = Math.Min(6, tile.Last);
        long r7 = Math.Min(7, tile.Last);
        float* a0 = tile.X;
        float* a1 = a0 + r1 * tile.XStride;
        float* a2 = a0 + r2 * tile.XStride;
        float* a3 = a0 + r3 * tile.XStride;
        float* a4 = a0 + r4 * tile.XStride;
        float* a5 = a0 + r5 * tile.XStride;
        float* a6 = a0 + r6 * tile.XStride;
        float* a7 = a0 + r7 * tile.XStride;
        Vector512<float> s0a = Vector512.Load(bias);
        Vector512<float> s0b = Vector512.Load(bias + 16);
        Vector512<float> s0c = Vector512.Load(bias + 32);
        Vector512<float> s1a = s0a, s1b = s0b, s1c = s0c;
        Vector512<float> s2a = s0a, s2b = s0b, s2c = s0c;
        Vector512<float> s3a = s0a, s3b = s0b, s3c = s0c;
        Vector512<float> s4a = s0a, s4b = s0b, s4c = s0c;
        Vector512<float> s5a = s0a, s5b = s0b, s5c = s0c;
        Vector512<float> s6a = s0a, s6b = s0b, s6c = s0c;
        Vector512<float> s7a = s0a, s7b = s0b, s7c = s0c;
        float* y = tile.Y;
        if (tile.Accumulate)
        {
            s0a += Vector512.Load(y);
            s0b += Vector512.Load(y + 16);
            s0c += Vector512.Load(y + 32);
            s1a += Vector512.Load(y + r1 * tile.YStride);
            s1b += Vector512.Load(y + r1 * tile.YStride + 16);
            s1c += Vector512.Load(y + r1 * tile.YStride + 32);
            s2a += Vector512.Load(y + r2 * tile.YStride);
            s2b += Vector512.Load(y + r2 * tile.YStride + 16);
            s2c += Vector512.Load(y + r2 * tile.YStride + 32);
            s3a += Vector512.Load(y + r3 * tile.YStride);
            s3b += Vector512.Load(y + r3 * tile.YStride + 16);
            s3c += Vector512.Load(y + r3 * tile.YStride + 32);
            s4a += Vector512.Load(y + r4 * tile.YStride);
            s4b += Vector512.Load(y + r4 * tile.YStride + 16);
            s4c += Vector512.Load(y + r4 * tile.YStride + 32);
            s5a += Vector512.Load(y + r5 * tile.YStride);
            s5b += Vector512.Load(y + r5 * tile.YStride + 16);
            s5c += Vector512.Load(y + r5 * tile.YStride + 32);
            s6a += Vector512.Load(y + r6 * tile.YStride);
            s6b += Vector512.Load(y + r6 * tile.YStride + 16);
            s6c += Vector512.Load(y + r6 * tile.YStride + 32);
            s7a += Vector512.Load(y + r7 * tile.YStride);
            s7b += Vector512.Load(y + r7 * tile.YStride + 16);
            s7c += Vector512.Load(y + r7 * tile.YStride + 32);
        }

        for (int k = 0; k < inputs; k++, panel += 48, ahead += step)
        {
            Ask(ahead);
            Vector512<float> wa = Vector512.Load(panel);
            Vector512<float> wb = Vector512.Load(panel + 16);
            Vector512<float> wc = Vector512.Load(panel + 32);
            Vector512<float> x0 = Vector512.Create(a0[k]);
            s0a = Vector512.FusedMultiplyAdd(x0, wa, s0a);
            s0b = Vector512.FusedMultiplyAdd(x0, wb, s0b);
            s0c = Vector512.FusedMultiplyAdd(x0, wc, s0c);
            Vector512<float> x1 = Vector512.Create(a1[k]);
            s1a = Vector512.FusedMultiplyAdd(x1, wa, s1a);
            s1b = Vector512.FusedMultiplyAdd(x1, wb, s1b);
            s1c = Vector512.FusedMultiplyAdd(x1, wc, s1c);
            Vector512<float> x2 = Vector512.Create(a2[k]);
            s2a = Vector512.FusedMultiplyAdd(x2, wa, s2a);
            s2b = Vector512.FusedMultiplyAdd(x2, wb, s2b);
            s2c = Vector512.FusedMultiplyAdd(x2, wc, s2c);
            Vector512<float> x3 = Vector512.Create(a3[k]);
            s3a = Vector512.FusedMultiplyAdd(x3, wa, s3a);
            s3b = Vector512.FusedMultiplyAdd(x3, wb, s3b);
            s3c = Vector512.FusedMultiplyAdd(x3, wc, s3c);
            Vector512<float> x4 = Vector512.Create(a4[k]);
            s4a = Vector512.FusedMultiplyAdd(x4, wa, s4a);
            s4b = Vector512.FusedMultiplyAdd(x4, wb, s4b);
            s4c = Vector512.FusedMultiplyAdd(x4, wc, s4c);
            Vector512<float> x5 = Vector512.Create(a5[k]);
            s5a = Vector512.FusedMultiplyAdd(x5, wa, s5a);
            s5b = Vector512.FusedMultiplyAdd(x5, wb, s5b);
            s5c = Vector512.FusedMultiplyAdd(x5, wc, s5c);
            Vector512<float> x6 = Vector512.Create(a6[k]);
            s6a = Vector512.FusedMultiplyAdd(x6, wa, s6a);
            s6b = Vector512.FusedMultiplyAdd(x6, wb, s6b);
            s6c = Vector512.FusedMultiplyAdd(x6, wc, s6c);
            Vector512<float> x7 = Vector512.Create(a7[k]);
            s7a = Vector512.FusedMultiplyAdd(x7, wa, s7a);
            s7b = Vector512.FusedMultiplyAdd(x7, wb, s7b);
            s7c = Vector512.FusedMultiplyAdd(x7, wc, s7c);
        }

        s0a.Store(y);
        s0b.Store(y + 16);
        s0c.Store(y + 32);
        s1a.Store(y + r1 * tile.YStride);
        s1b.Store(y + r1 * tile.YStride + 16);
        s1c.Store(y + r1 * tile.YStride + 32);
        s2a.Store(y + r2 * tile.YStride);
        s2b.Store(y + r2 * tile.YStride + 16);
        s2c.Store(y + r2 * tile.YStride + 32);
        s3a.Store(y + r3 * tile.YStride);
        s3b.Store(y + r3 * tile.YStride + 16);
        s3c.Store(y + r3 * tile.YStride + 32);
        s4a.Store(y + r4 * tile.YStride);
        s4b.Store(y + r4 * tile.YStride + 16);
        s4c.Store(y + r4 * tile.YStride + 32);
        s5a.Store(y + r5 * tile.YStride);
        s5b.Store(y + r5 * tile.YStride + 16);
        s5c.Store(y + r5 * tile.YStride + 32);
        s6a.Store(y + r6 * tile.YStride);
        s6b.Store(y + r6 * tile.YStride + 16);
        s6c.Store(y + r6 * tile.YStride + 32);
        s7a.Store(y + r7 * tile.YStride);
        s7b.Store(y + r7 * tile.YStride + 16);
        s7c.Store(y + r7 * tile.YStride + 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows32(in GemmTile tile, float* panel, int inputs, float* bias, byte* ahead, nint step)
    {
        long r1 = Math.Min(1, tile.Last);
        long r2 = Math.Min(2, tile.Last);
        long r3 = Math.Min(3, tile.Last);
        long r4 = Math.Min(4, tile.Last);
        long r5 = Math.Min(5, tile.Last);
        long r6 = Math.Min(6, tile.Last);
        long r7 = Math.Min(7, tile.Last);
        float* a0 = tile.X;
        float* a1 = a0 + r1 * tile.XStride;
        float* a2 = a0 + r2 * tile.XStride;
        float* a3 = a0 + r3 * tile.XStride;
        float* a4 = a0 + r4 * tile.XStride;
        float* a5 = a0 + r5 * tile.XStride;
        float* a6 = a0 + r6 * tile.XStride;
        float* a7 = a0 + r7 * tile.XStride;
        Vector512<float> s0a = Vector512.Load(bias);
        Vector512<float> s0b = Vector512.Load(bias + 16);
        Vector512<float> s1a = s0a, s1b = s0b;
        Vector512<float> s2a = s0a, s2b = s0b;
        Vector512<float> s3a = s0a, s3b = s0b;
        Vector512<float> s4a = s0a, s4b = s0b;
        Vector512<float> s5a = s0a, s5b = s0b;
        Vector512<float> s6a = s0a, s6b = s0b;
        Vector512<float> s7a = s0a, s7b = s0b;
        float* y = tile.Y;
        if (tile.Accumulate)
        {
            s0a += Vector512.Load(y);
            s0b += Vector512.Load(y + 16);
            s1a += Vector512.Load(y + r1 * tile.YStride);
            s1b += Vector512.Load(y + r1 * tile.YStride + 16);
            s2a += Vector512.Load(y + r2 * tile.YStride);
            s2b += Vector512.Load(y + r2 * tile.YStride + 16);
            s3a += Vector512.Load(y + r3 * tile.YStride);
            s3b += Vector512.Load(y + r3 * tile.YStride + 16);
            s4a += Vector512.Load(y + r4 * tile.YStride);
            s4b += Vector512.Load(y + r4 * tile.YStride + 16);
            s5a += Vector512.Load(y + r5 * tile.YStride);
            s5b += Vector512.Load(y + r5 * tile.YStride + 16);
            s6a += Vector512.Load(y + r6 * tile.YStride);
            s6b += Vector512.Load(y + r6 * tile.YStride + 16);
            s7a += Vector512.Load(y + r7 * tile.YStride);
            s7b += Vector512.Load(y + r7 * tile.YStride + 16);
        }

        for (int k = 0; k < inputs; k++, panel += 32, ahead += step)
        {
            Ask(ahead);
            Vector512<float> wa = Vector512.Load(panel);
            Vector512<float> wb = Vector512.Load(panel + 16);
            Vector512<float> x0 = Vector512.Create(a0[k]);
            s0a = Vector512.FusedMultiplyAdd(x0, wa, s0a);
            s0b = Vector512.FusedMultiplyAdd(x0, wb, s0b);
            Vector512<float> x1 = Vector512.Create(a1[k]);
            s1a = Vector512.FusedMultiplyAdd(x1, wa, s1a);
            s1b = Vector512.FusedMultiplyAdd(x1, wb, s1b);
            Vector512<float> x2 = Vector512.Create(a2[k]);
            s2a = Vector512.FusedMultiplyAdd(x2, wa, s2a);
            s2b = Vector512.FusedMultiplyAdd(x2, wb, s2b);
            Vector512<float> x3 = Vector512.Create(a3[k]);
            s3a = Vector512.FusedMultiplyAdd(x3, wa, s3a);
            s3b = Vector512.FusedMultiplyAdd(x3, wb, s3b);
            Vector512<float> x4 = Vector512.Create(a4[k]);
            s4a = Vector512.FusedMultiplyAdd(x4, wa, s4a);
            s4b = Vector512.FusedMultiplyAdd(x4, wb, s4b);
            Vector512<float> x5 = Vector512.Create(a5[k]);
            s5a = Vector512.FusedMultiplyAdd(x5, wa, s5a);
            s5b = Vector512.FusedMultiplyAdd(x5, wb, s5b);
            Vector512<float> x6 = Vector512.Create(a6[k]);
            s6a = Vector512.FusedMultiplyAdd(x6, wa, s6a);
            s6b = Vector512.FusedMultiplyAdd(x6, wb, s6b);
            Vector512<float> x7 = Vector512.Create(a7[k]);
            s7a = Vector512.FusedMultiplyAdd(x7, wa, s7a);
            s7b = Vector512.FusedMultiplyAdd(x7, wb, s7b);
        }

        s0a.Store(y);
        s0b.Store(y + 16);
        s1a.Store(y + r1 * tile.YStride);
        s1b.Store(y + r1 * tile.YStride + 16);
        s2a.Store(y + r2 * tile.YStride);
        s2b.Store(y + r2 * tile.YStride + 16);
        s3a.Store(y + r3 * tile.YStride);
        s3b.Store(y + r3 * tile.YStride + 16);
        s4a.Store(y + r4 * tile.YStride);
        s4b.Store(y + r4 * tile.YStride + 16);
        s5a.Store(y + r5 * tile.YStride);
        s5b.Store(y + r5 * tile.YStride + 16);
        s6a.Store(y + r6 * tile.YStride);
        s6b.Store(y + r6 * tile.YStride + 16);
        s7a.Store(y + r7 * tile.YStride);
        s7b.Store(y + r7 * tile.YStride + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows16(in GemmTile tile, float* panel, int inputs, float* bias, byte* ahead, nint step)
    {
        long r1 = Math.Min(1, tile.Last);
        long r2 = Math.Min(2, tile.Last);
        long r3 = Math.Min(3, tile.Last);
        long r4 = Math.Min(4, tile.Last);
        long r5 = Math.Min(5, tile.Last);
        long r6 = Math.Min(6, tile.Last);
        long r7 = Math.Min(7, tile.Last);
        float* a0 = tile.X;
        float* a1 = a0 + r1 * tile.XStride;
        float* a2 = a0 + r2 * tile.XStride;
        float* a3 = a0 + r3 * tile.XStride;
        float* a4 = a0 + r4 * tile.XStride;
        float* a5 = a0 + r5 * tile.XStride;
        float* a6 = a0 + r6 * tile.XStride;
        float* a7 = a0 + r7 * tile.XStride;
        Vector512<float> s0a = Vector512.Load(bias);
        Vector512<float> s1a = s0a;
        Vector512<float> s2a = s0a;
        Vector512<float> s3a = s0a;
        Vector512<float> s4a = s0a;
        Vector512<float> s5a = s0a;
        Vector512<float> s6a = s0a;
        Vector512<float> s7a = s0a;
        float* y = tile.Y;
        if (tile.Accumulate)
        {
            s0a += Vector512.Load(y);
            s1a += Vector512.Load(y + r1 * tile.YStride);
            s2a += Vector512.Load(y + r2 * tile.YStride);
            s3a += Vector512.Load(y + r3 * tile.YStride);
            s4a += Vector512.Load(y + r4 * tile.YStride);
            s5a += Vector512.Load(y + r5 * tile.YStride);
            s6a += Vector512.Load(y + r6 * tile.YStride);
            s7a += Vector512.Load(y + r7 * tile.YStride);
        }

        for (int k = 0; k < inputs; k++, panel += 16, ahead += step)
        {
            Ask(ahead);
            Vector512<float> wa = Vector512.Load(panel);
            Vector512<float> x0 = Vector512.Create(a0[k]);
            s0a = Vector512.FusedMultiplyAdd(x0, wa, s0a);
            Vector512<float> x1 = Vector512.Create(a1[k]);
            s1a = Vector512.FusedMultiplyAdd(x1, wa, s1a);
            Vector512<float> x2 = Vector512.Create(a2[k]);
            s2a = Vector512.FusedMultiplyAdd(x2, wa, s2a);
            Vector512<float> x3 = Vector512.Create(a3[k]);
            s3a = Vector512.FusedMultiplyAdd(x3, wa, s3a);
            Vector512<float> x4 = Vector512.Create(a4[k]);
            s4a = Vector512.FusedMultiplyAdd(x4, wa, s4a);
            Vector512<float> x5 = Vector512.Create(a5[k]);
            s5a = Vector512.FusedMultiplyAdd(x5, wa, s5a);
            Vector512<float> x6 = Vector512.Create(a6[k]);
            s6a = Vector512.FusedMultiplyAdd(x6, wa, s6a);
            Vector512<float> x7 = Vector512.Create(a7[k]);
            s7a = Vector512.FusedMultiplyAdd(x7, wa, s7a);
        }

        s0a.Store(y);
        s1a.Store(y + r1 * tile.YStride);
        s2a.Store(y + r2 * tile.YStride);
        s3a.Store(y + r3 * tile.YStride);
        s4a.Store(y + r4 * tile.YStride);
        s5a.Store(y + r5 * tile.YStride);
        s6a.Store(y + r6 * tile.YStride);
        s7a.Store(y + r7 * tile.YStride);
    }
}
