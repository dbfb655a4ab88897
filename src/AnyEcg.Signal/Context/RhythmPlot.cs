using System.Numerics;

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
        int alike = 1, both = 1;
        for (int i = 0; i + 1 < intervals.Length; i++)
        {
            for (int j = i + 1; j + 1 < intervals.Length; j++)
            {
                int near = Math.Abs(intervals[i] - intervals[j]) <= tolerance ? 1 : 0;
                alike += near;
                both += Math.Abs(intervals[i + 1] - intervals[j + 1]) <= tolerance ? near : 0;
            }
        }

        return MathF.Log((float)alike / both);
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
        for (int i = 1; i < steps.Length; i++)
        {
            (float before, float now) = (steps[i - 1], steps[i]);
            if (Math.Abs(before) < Cell && Math.Abs(now) < Cell)
                origin++;
            else
                occupied[CellOf(before)] |= 1u << CellOf(now);
            premature += before < -jump && now > jump ? 1 : 0;
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
