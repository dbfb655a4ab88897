namespace AnyEcg.Model;

/// <summary>
/// Rows and columns of one product tile. Rows beyond <see cref="Last"/> repeat the last one: they compute and store the same
/// bits at the same place, so that one kernel serves every row count.
/// </summary>
internal readonly unsafe struct GemmTile(float* x, int xStride, float* y, int yStride, int last, bool accumulate)
{
    public readonly float* X = x;
    public readonly float* Y = y;
    public readonly long XStride = xStride, YStride = yStride;
    public readonly int Last = last;

    /// <summary>The product is added to y.</summary>
    public readonly bool Accumulate = accumulate;
}
