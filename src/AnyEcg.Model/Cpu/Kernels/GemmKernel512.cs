using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Model;

/// <summary>
/// Product tiles of 8 or 1 rows and 32 or 16 columns for 512-bit vectors. Written out, because only named locals stay in
/// registers: 16 accumulators, 2 weight vectors, 1 broadcast. A tile starts at the bias, or at y where there is none.
/// </summary>
internal static unsafe class GemmKernel512
{
    public static void RunFull(GemmTile tile, float* panel, int inputs, float* bias)
    {
        if (tile.Last == 0)
        {
            Row32(tile, panel, inputs, bias);
        }
        else
        {
            Rows32(tile, panel, inputs, bias);
        }
    }

    public static void RunHalf(GemmTile tile, float* panel, int inputs, float* bias)
    {
        if (tile.Last == 0)
        {
            Row16(tile, panel, inputs, bias);
        }
        else
        {
            Rows16(tile, panel, inputs, bias);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows32(GemmTile tile, float* panel, int inputs, float* bias)
    {
        float* start = bias == null ? tile.Y : bias;
        long startStride = bias == null ? tile.YStride : 0;
        float* a0 = tile.X;
        float* a1 = a0 + Math.Min(1, tile.Last) * tile.XStride;
        float* a2 = a0 + Math.Min(2, tile.Last) * tile.XStride;
        float* a3 = a0 + Math.Min(3, tile.Last) * tile.XStride;
        float* a4 = a0 + Math.Min(4, tile.Last) * tile.XStride;
        float* a5 = a0 + Math.Min(5, tile.Last) * tile.XStride;
        float* a6 = a0 + Math.Min(6, tile.Last) * tile.XStride;
        float* a7 = a0 + Math.Min(7, tile.Last) * tile.XStride;
        Vector512<float> s0a = Vector512.Load(start);
        Vector512<float> s0b = Vector512.Load(start + 16);
        Vector512<float> s1a = Vector512.Load(start + Math.Min(1, tile.Last) * startStride);
        Vector512<float> s1b = Vector512.Load(start + 16 + Math.Min(1, tile.Last) * startStride);
        Vector512<float> s2a = Vector512.Load(start + Math.Min(2, tile.Last) * startStride);
        Vector512<float> s2b = Vector512.Load(start + 16 + Math.Min(2, tile.Last) * startStride);
        Vector512<float> s3a = Vector512.Load(start + Math.Min(3, tile.Last) * startStride);
        Vector512<float> s3b = Vector512.Load(start + 16 + Math.Min(3, tile.Last) * startStride);
        Vector512<float> s4a = Vector512.Load(start + Math.Min(4, tile.Last) * startStride);
        Vector512<float> s4b = Vector512.Load(start + 16 + Math.Min(4, tile.Last) * startStride);
        Vector512<float> s5a = Vector512.Load(start + Math.Min(5, tile.Last) * startStride);
        Vector512<float> s5b = Vector512.Load(start + 16 + Math.Min(5, tile.Last) * startStride);
        Vector512<float> s6a = Vector512.Load(start + Math.Min(6, tile.Last) * startStride);
        Vector512<float> s6b = Vector512.Load(start + 16 + Math.Min(6, tile.Last) * startStride);
        Vector512<float> s7a = Vector512.Load(start + Math.Min(7, tile.Last) * startStride);
        Vector512<float> s7b = Vector512.Load(start + 16 + Math.Min(7, tile.Last) * startStride);
        for (int k = 0; k < inputs; k++, panel += 32)
        {
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

        s0a.Store(tile.Y);
        s0b.Store(tile.Y + 16);
        s1a.Store(tile.Y + Math.Min(1, tile.Last) * tile.YStride);
        s1b.Store(tile.Y + 16 + Math.Min(1, tile.Last) * tile.YStride);
        s2a.Store(tile.Y + Math.Min(2, tile.Last) * tile.YStride);
        s2b.Store(tile.Y + 16 + Math.Min(2, tile.Last) * tile.YStride);
        s3a.Store(tile.Y + Math.Min(3, tile.Last) * tile.YStride);
        s3b.Store(tile.Y + 16 + Math.Min(3, tile.Last) * tile.YStride);
        s4a.Store(tile.Y + Math.Min(4, tile.Last) * tile.YStride);
        s4b.Store(tile.Y + 16 + Math.Min(4, tile.Last) * tile.YStride);
        s5a.Store(tile.Y + Math.Min(5, tile.Last) * tile.YStride);
        s5b.Store(tile.Y + 16 + Math.Min(5, tile.Last) * tile.YStride);
        s6a.Store(tile.Y + Math.Min(6, tile.Last) * tile.YStride);
        s6b.Store(tile.Y + 16 + Math.Min(6, tile.Last) * tile.YStride);
        s7a.Store(tile.Y + Math.Min(7, tile.Last) * tile.YStride);
        s7b.Store(tile.Y + 16 + Math.Min(7, tile.Last) * tile.YStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row32(GemmTile tile, float* panel, int inputs, float* bias)
    {
        float* start = bias == null ? tile.Y : bias;
        float* a0 = tile.X;
        Vector512<float> s0a = Vector512.Load(start);
        Vector512<float> s0b = Vector512.Load(start + 16);
        for (int k = 0; k < inputs; k++, panel += 32)
        {
            Vector512<float> wa = Vector512.Load(panel);
            Vector512<float> wb = Vector512.Load(panel + 16);
            Vector512<float> x0 = Vector512.Create(a0[k]);
            s0a = Vector512.FusedMultiplyAdd(x0, wa, s0a);
            s0b = Vector512.FusedMultiplyAdd(x0, wb, s0b);
        }

        s0a.Store(tile.Y);
        s0b.Store(tile.Y + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows16(GemmTile tile, float* panel, int inputs, float* bias)
    {
        float* start = bias == null ? tile.Y : bias;
        long startStride = bias == null ? tile.YStride : 0;
        float* a0 = tile.X;
        float* a1 = a0 + Math.Min(1, tile.Last) * tile.XStride;
        float* a2 = a0 + Math.Min(2, tile.Last) * tile.XStride;
        float* a3 = a0 + Math.Min(3, tile.Last) * tile.XStride;
        float* a4 = a0 + Math.Min(4, tile.Last) * tile.XStride;
        float* a5 = a0 + Math.Min(5, tile.Last) * tile.XStride;
        float* a6 = a0 + Math.Min(6, tile.Last) * tile.XStride;
        float* a7 = a0 + Math.Min(7, tile.Last) * tile.XStride;
        Vector512<float> s0a = Vector512.Load(start);
        Vector512<float> s1a = Vector512.Load(start + Math.Min(1, tile.Last) * startStride);
        Vector512<float> s2a = Vector512.Load(start + Math.Min(2, tile.Last) * startStride);
        Vector512<float> s3a = Vector512.Load(start + Math.Min(3, tile.Last) * startStride);
        Vector512<float> s4a = Vector512.Load(start + Math.Min(4, tile.Last) * startStride);
        Vector512<float> s5a = Vector512.Load(start + Math.Min(5, tile.Last) * startStride);
        Vector512<float> s6a = Vector512.Load(start + Math.Min(6, tile.Last) * startStride);
        Vector512<float> s7a = Vector512.Load(start + Math.Min(7, tile.Last) * startStride);
        for (int k = 0; k < inputs; k++, panel += 16)
        {
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

        s0a.Store(tile.Y);
        s1a.Store(tile.Y + Math.Min(1, tile.Last) * tile.YStride);
        s2a.Store(tile.Y + Math.Min(2, tile.Last) * tile.YStride);
        s3a.Store(tile.Y + Math.Min(3, tile.Last) * tile.YStride);
        s4a.Store(tile.Y + Math.Min(4, tile.Last) * tile.YStride);
        s5a.Store(tile.Y + Math.Min(5, tile.Last) * tile.YStride);
        s6a.Store(tile.Y + Math.Min(6, tile.Last) * tile.YStride);
        s7a.Store(tile.Y + Math.Min(7, tile.Last) * tile.YStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row16(GemmTile tile, float* panel, int inputs, float* bias)
    {
        float* start = bias == null ? tile.Y : bias;
        float* a0 = tile.X;
        Vector512<float> s0a = Vector512.Load(start);
        for (int k = 0; k < inputs; k++, panel += 16)
        {
            Vector512<float> wa = Vector512.Load(panel);
            Vector512<float> x0 = Vector512.Create(a0[k]);
            s0a = Vector512.FusedMultiplyAdd(x0, wa, s0a);
        }

        s0a.Store(tile.Y);
    }
}
