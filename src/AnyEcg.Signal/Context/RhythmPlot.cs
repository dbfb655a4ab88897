using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Signal;

/// <summary>Order in a run of RR intervals: entropies, turning points, the plot of changes, autocorrelation. Stateless.</summary>
internal static class RhythmPlot
{
    private const int FewestIntervals = 6;

    /// <summary>Side of a cell of the plot: 40 ms. Sixteen a side; what lies outside falls into the outermost.</summary>
    private const float Cell = 0.04f * PatchSecond.ModelRateHz;

    private const int Side = 16;
    private const int EntropyReach = 40;

    /// <summary>Writes the raw values of intervals and their changes, both oldest first, in samples.</summary>
    public static void Write(ReadOnlySpan<float> intervals, ReadOnlySpan<float> steps, Span<float> values)
    {
        if (intervals.Length < FewestIntervals)
            return;
        float mean = VectorSums.Sum(intervals) / intervals.Length;
        values[(int)ContextFeature.TurningPoints60] = TurningPoints(steps);
        values[(int)ContextFeature.Entropy60] = Entropy(intervals, mean);
        values[(int)ContextFeature.SampleEntropy] = SampleEntropy(intervals[^Math.Min(EntropyReach, intervals.Length)..], 0.06f * mean);
        values[(int)ContextFeature.EverySecond60] = Autocorrelation(intervals, mean, 2);
        values[(int)ContextFeature.EveryThird60] = Autocorrelation(intervals, mean, 3);
        Plot(steps, 0.12f * mean, values);
    }

    private static float TurningPoints(ReadOnlySpan<float> steps)
    {
        int turns = 0;
        for (int i = 1; i < steps.Length; i++)
            turns += steps[i] * steps[i - 1] < 0 ? 1 : 0;
        return (float)turns / (steps.Length - 1);
    }

    private static float Entropy(ReadOnlySpan<float> intervals, float mean)
    {
        Span<int> classes = stackalloc int[Side];
        classes.Clear();
        foreach (float interval in intervals)
            classes[Math.Clamp((int)(((interval / mean) - 0.5f) * Side), 0, Side - 1)]++;
        float sum = 0;
        foreach (int count in classes)
        {
            float share = (float)count / intervals.Length;
            sum -= count > 0 ? share * MathF.Log(share) : 0;
        }

        return sum / MathF.Log(Side);
    }

    /// <summary>-ln of the share of alike pairs whose successors are alike too; one is added to both counts.</summary>
    private static float SampleEntropy(ReadOnlySpan<float> intervals, float tolerance)
    {
        Span<float> padded = stackalloc float[(2 * EntropyReach) + Vector256<float>.Count];
        intervals.CopyTo(padded);
        padded[intervals.Length..].Fill(float.PositiveInfinity);
        int alike = 1, both = 1;
        for (int lag = 1; lag + 1 < intervals.Length; lag++)
        {
            // Bit i: interval i and the one a lag later are alike. Their successors' bit stands above; the last pair has none.
            ulong near = Near(padded, lag, tolerance), paired = near & ((1ul << (intervals.Length - 1 - lag)) - 1);
            alike += BitOperations.PopCount(paired);
            both += BitOperations.PopCount(paired & (near >> 1));
        }

        return MathF.Log((float)alike / both);
    }

    private static ulong Near(ReadOnlySpan<float> padded, int lag, float tolerance)
    {
        Vector256<float> limit = Vector256.Create(tolerance);
        ref float x = ref MemoryMarshal.GetReference(padded);
        ulong near = 0;
        for (int i = 0; i < EntropyReach; i += Vector256<float>.Count)
        {
            Vector256<float> apart = Vector256.LoadUnsafe(ref x, (nuint)i) - Vector256.LoadUnsafe(ref x, (nuint)(i + lag));
            near |= (ulong)Vector256.LessThanOrEqual(Vector256.Abs(apart), limit).ExtractMostSignificantBits() << i;
        }

        return near;
    }

    private static float Autocorrelation(ReadOnlySpan<float> intervals, float mean, int lag)
    {
        float product = 0, square = 0;
        for (int i = 0; i < intervals.Length; i++)
        {
            square += (intervals[i] - mean) * (intervals[i] - mean);
            product += i < lag ? 0 : (intervals[i] - mean) * (intervals[i - lag] - mean);
        }

        // The millisecond squared keeps a perfectly regular rhythm from being a division of nothing by nothing.
        return product / (square + (0.1f * intervals.Length));
    }

    private static void Plot(ReadOnlySpan<float> steps, float jump, Span<float> values)
    {
        Span<uint> occupied = stackalloc uint[Side];
        occupied.Clear();
        int origin = 0, premature = 0;
        (float before, int cellBefore) = (steps[0], CellOf(steps[0]));
        foreach (float now in steps[1..])
        {
            int cell = CellOf(now);
            bool near = Math.Abs(before) < Cell && Math.Abs(now) < Cell;
            origin += near ? 1 : 0;
            occupied[cellBefore] |= near ? 0 : 1u << cell;
            premature += before < -jump && now > jump ? 1 : 0;
            (before, cellBefore) = (now, cell);
        }

        int cells = 0;
        foreach (uint row in occupied)
            cells += BitOperations.PopCount(row);
        float points = steps.Length - 1;
        values[(int)ContextFeature.PlotOrigin60] = origin / points;
        values[(int)ContextFeature.PlotCells60] = cells / points;
        values[(int)ContextFeature.PlotPremature60] = premature / points;
    }

    private static int CellOf(float step) => Math.Clamp((int)MathF.Floor(step / Cell) + (Side / 2), 0, Side - 1);
}
