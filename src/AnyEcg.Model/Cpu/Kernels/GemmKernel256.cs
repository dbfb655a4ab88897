using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Model;

/// <summary>
/// The tiles of <see cref="GemmKernel512"/> for machines without 512-bit vectors: 4 or 1 rows, 16 columns at a time. The order of
/// additions is the same, and so are the bits.
/// </summary>
internal static unsafe class GemmKernel256
{
    private const int Columns = 16, RowBlock = 4;

    public static void Run(GemmTile tile, float* panel, int width, int inputs, float* bias)
    {
        for (int row = 0; row <= tile.Last; row += RowBlock)
        {
            for (int column = 0; column < width; column += Columns)
            {
                GemmTile part = new(tile.X + row * tile.XStride, (int)tile.XStride, tile.Y + row * tile.YStride + column, (int)tile.YStride, Math.Min(tile.Last - row, RowBlock - 1));
                float* start = bias == null ? null : bias + column;
                if (part.Last == 0)
                {
                    Row(part, panel + column, width, inputs, start);
                }
                else
                {
                    Rows(part, panel + column, width, inputs, start);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(GemmTile tile, float* panel, int width, int inputs, float* bias)
    {
        float* start = bias == null ? tile.Y : bias;
        long startStride = bias == null ? tile.YStride : 0;
        float* a0 = tile.X;
        float* a1 = a0 + Math.Min(1, tile.Last) * tile.XStride;
        float* a2 = a0 + Math.Min(2, tile.Last) * tile.XStride;
        float* a3 = a0 + Math.Min(3, tile.Last) * tile.XStride;
        Vector256<float> s0a = Vector256.Load(start);
        Vector256<float> s0b = Vector256.Load(start + 8);
        Vector256<float> s1a = Vector256.Load(start + Math.Min(1, tile.Last) * startStride);
        Vector256<float> s1b = Vector256.Load(start + 8 + Math.Min(1, tile.Last) * startStride);
        Vector256<float> s2a = Vector256.Load(start + Math.Min(2, tile.Last) * startStride);
        Vector256<float> s2b = Vector256.Load(start + 8 + Math.Min(2, tile.Last) * startStride);
        Vector256<float> s3a = Vector256.Load(start + Math.Min(3, tile.Last) * startStride);
        Vector256<float> s3b = Vector256.Load(start + 8 + Math.Min(3, tile.Last) * startStride);
        for (int k = 0; k < inputs; k++, panel += width)
        {
            Vector256<float> wa = Vector256.Load(panel);
            Vector256<float> wb = Vector256.Load(panel + 8);
            Vector256<float> x0 = Vector256.Create(a0[k]);
            s0a = Vector256.FusedMultiplyAdd(x0, wa, s0a);
            s0b = Vector256.FusedMultiplyAdd(x0, wb, s0b);
            Vector256<float> x1 = Vector256.Create(a1[k]);
            s1a = Vector256.FusedMultiplyAdd(x1, wa, s1a);
            s1b = Vector256.FusedMultiplyAdd(x1, wb, s1b);
            Vector256<float> x2 = Vector256.Create(a2[k]);
            s2a = Vector256.FusedMultiplyAdd(x2, wa, s2a);
            s2b = Vector256.FusedMultiplyAdd(x2, wb, s2b);
            Vector256<float> x3 = Vector256.Create(a3[k]);
            s3a = Vector256.FusedMultiplyAdd(x3, wa, s3a);
            s3b = Vector256.FusedMultiplyAdd(x3, wb, s3b);
        }

        s0a.Store(tile.Y);
        s0b.Store(tile.Y + 8);
        s1a.Store(tile.Y + Math.Min(1, tile.Last) * tile.YStride);
        s1b.Store(tile.Y + 8 + Math.Min(1, tile.Last) * tile.YStride);
        s2a.Store(tile.Y + Math.Min(2, tile.Last) * tile.YStride);
        s2b.Store(tile.Y + 8 + Math.Min(2, tile.Last) * tile.YStride);
        s3a.Store(tile.Y + Math.Min(3, tile.Last) * tile.YStride);
        s3b.Store(tile.Y + 8 + Math.Min(3, tile.Last) * tile.YStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(GemmTile tile, float* panel, int width, int inputs, float* bias)
    {
        float* start = bias == null ? tile.Y : bias;
        float* a0 = tile.X;
        Vector256<float> s0a = Vector256.Load(start);
        Vector256<float> s0b = Vector256.Load(start + 8);
        for (int k = 0; k < inputs; k++, panel += width)
        {
            Vector256<float> wa = Vector256.Load(panel);
            Vector256<float> wb = Vector256.Load(panel + 8);
            Vector256<float> x0 = Vector256.Create(a0[k]);
            s0a = Vector256.FusedMultiplyAdd(x0, wa, s0a);
            s0b = Vector256.FusedMultiplyAdd(x0, wb, s0b);
        }

        s0a.Store(tile.Y);
        s0b.Store(tile.Y + 8);
    }
}
