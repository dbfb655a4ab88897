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

    public static void Run(in GemmTile tile, float* panel, int width, int inputs, float* bias, byte* ahead, nint step)
    {
        for (int row = 0; row <= tile.Last; row += RowBlock)
        {
            for (int column = 0; column < width; column += Columns)
            {
                GemmTile part = new(tile.X + row * tile.XStride, (int)tile.XStride, tile.Y + row * tile.YStride + column, (int)tile.YStride, Math.Min(tile.Last - row, RowBlock - 1), tile.Accumulate);
                if (part.Last == 0)
                {
                    Row(part, panel + column, width, inputs, bias + column);
                }
                else
                {
                    // Four such parts make a tile of the wide kernel; the first one asks for all of its lines.
                    bool first = row == 0 && column == 0;
                    Rows(part, panel + column, width, inputs, bias + column, first ? ahead : (byte*)panel, first ? step : 0);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(in GemmTile tile, float* panel, int width, int inputs, float* bias, byte* ahead, nint step)
    {
        long r1 = Math.Min(1, tile.Last), r2 = Math.Min(2, tile.Last), r3 = Math.Min(3, tile.Last);
        float* a0 = tile.X;
        float* a1 = a0 + r1 * tile.XStride;
        float* a2 = a0 + r2 * tile.XStride;
        float* a3 = a0 + r3 * tile.XStride;
        float* y0 = tile.Y;
        float* y1 = y0 + r1 * tile.YStride;
        float* y2 = y0 + r2 * tile.YStride;
        float* y3 = y0 + r3 * tile.YStride;
        Vector256<float> s0a = Vector256.Load(bias), s0b = Vector256.Load(bias + 8);
        Vector256<float> s1a = s0a, s1b = s0b, s2a = s0a, s2b = s0b, s3a = s0a, s3b = s0b;
        if (tile.Accumulate)
        {
            s0a += Vector256.Load(y0);
            s0b += Vector256.Load(y0 + 8);
            s1a += Vector256.Load(y1);
            s1b += Vector256.Load(y1 + 8);
            s2a += Vector256.Load(y2);
            s2b += Vector256.Load(y2 + 8);
            s3a += Vector256.Load(y3);
            s3b += Vector256.Load(y3 + 8);
        }

        for (int k = 0; k < inputs; k++, panel += width, ahead += step)
        {
            GemmKernel512.Ask(ahead);
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

        s0a.Store(y0);
        s0b.Store(y0 + 8);
        s1a.Store(y1);
        s1b.Store(y1 + 8);
        s2a.Store(y2);
        s2b.Store(y2 + 8);
        s3a.Store(y3);
        s3b.Store(y3 + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(in GemmTile tile, float* panel, int width, int inputs, float* bias)
    {
        float* a0 = tile.X;
        Vector256<float> s0a = Vector256.Load(bias), s0b = Vector256.Load(bias + 8);
        if (tile.Accumulate)
        {
            s0a += Vector256.Load(tile.Y);
            s0b += Vector256.Load(tile.Y + 8);
        }

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
