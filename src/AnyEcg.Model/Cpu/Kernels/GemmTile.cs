using System.Runtime.Intrinsics;

namespace AnyEcg.Model;

/// <summary>
/// Rows and columns of one product tile. Rows beyond <see cref="Last"/> repeat the last one: they compute and store the same
/// bits at the same place, so that one kernel serves every row count.
/// </summary>
internal readonly unsafe struct GemmTile(float* x, int xStride, float* y, int yStride, int last)
{
    public readonly float* X = x;
    public readonly float* Y = y;
    public readonly long XStride = xStride, YStride = yStride;
    public readonly int Last = last;

    /// <summary>Turns a product that starts at y into one that starts at y + bias.</summary>
    public void AddBias(float* bias, int width)
    {
        for (int row = 0; row <= Last; row++)
        {
            for (int column = 0; column < width; column += 16)
            {
                float* y = Y + row * YStride + column;
                (Vector512.Load(y) + Vector512.Load(bias + column)).Store(y);
            }
        }
    }
}
