using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// Gives a lost standard lead of one stream from the leads that are left: the conditional mean given their samples 20 ms to either
/// side, under second moments that the stream's own past and a population give together. A limb lead is exact while two others are
/// there (Einthoven, Goldberger). Memory is fixed, nothing is allocated after construction. Engine thread only. What it gives is an
/// estimate to look at: no alert may be raised from it.
/// </summary>
public sealed class LeadReconstructor
{
    private const int MinRows = 2;

    private readonly LeadFrame frame;
    private readonly LeadMoments moments;
    private readonly LinearSolver solver;
    private readonly Combination[] rows;
    private readonly int[] slots;
    private readonly double[] weights;
    private readonly double[] link;
    private uint present;
    private int rowCount;

    /// <param name="leads">The stream's leads, in wire order.</param>
    /// <param name="population">What leads go together by in a population.</param>
    public LeadReconstructor(LeadSet leads, LeadPopulation population)
    {
        frame = new LeadFrame(leads);
        moments = new LeadMoments(frame, population);
        int most = (frame.Count + 1) * LeadPopulation.Shifts.Length;
        solver = new LinearSolver(most);
        rows = new Combination[frame.Count + 1];
        slots = new int[frame.Count + 1];
        weights = new double[most];
        link = new double[most];
    }

    /// <summary>Takes the next second in: learns from it if all leads that were ever there are, and none is in doubt.</summary>
    public void Push(PatchSecond second)
    {
        present = second.Present;
        frame.Take(second);
        if (!InDoubt(second))
        {
            moments.Learn(frame);
        }
    }

    /// <summary>Gives a lead that is absent in the second pushed last.</summary>
    /// <param name="lead">Index of the lead in the stream.</param>
    /// <param name="into">300 samples, mV; untouched when the answer is false.</param>
    /// <param name="errorMv">
    /// Root of the mean squared error to expect, mV, by the stream's own past; by the population's where the lead has not been seen yet.
    /// </param>
    /// <returns>False if the lead is there, is none of the twelve, or fewer than two others (of which it could be made) are.</returns>
    public bool TryReconstruct(int lead, Span<float> into, out float errorMv)
    {
        errorMv = 0;
        if ((present >> lead & 1) != 0 || !frame.TryExpress(lead, out Combination target))
        {
            return false;
        }

        if ((frame.Available & target.Coordinates) == target.Coordinates)
        {
            Exact(target, into);
            return true;
        }

        bool known = (moments.Known & target.Coordinates) == target.Coordinates;
        GatherRows(known ? moments.Known : uint.MaxValue);
        if (rowCount < MinRows || !TrySolve(target, known, out double variance))
        {
            return false;
        }

        Apply(into);
        errorMv = (float)Math.Sqrt(Math.Max(variance, 0));
        return true;
    }

    private static bool InDoubt(PatchSecond second)
    {
        for (int lead = 0; lead < second.LeadCount; lead++)
        {
            if ((second.Present >> lead & 1) != 0 && second.Flags[lead] != PatchFlags.None)
            {
                return true;
            }
        }

        return false;
    }

    private void Exact(Combination target, Span<float> into)
    {
        ReadOnlySpan<double> first = frame.Row(target.First)[LeadFrame.Margin..];
        ReadOnlySpan<double> second = frame.Row(target.Second)[LeadFrame.Margin..];
        for (int i = 0; i < into.Length; i++)
        {
            into[i] = (float)(target.OfFirst * first[i] + target.OfSecond * second[i]);
        }
    }

    private void GatherRows(uint allowed)
    {
        rowCount = 0;
        for (int coordinate = 0; coordinate < frame.Count; coordinate++)
        {
            if ((frame.Available & allowed & 1u << coordinate) != 0)
            {
                Add(new Combination(coordinate, 1, coordinate, 0), coordinate);
            }
        }

        if (frame.LoneLimb is { } limb && LeadFrame.OfPlane(limb) is var plane && (plane.Coordinates & ~allowed) == 0)
        {
            Add(plane, frame.Count);
        }
    }

    private void Add(Combination row, int slot)
    {
        rows[rowCount] = row;
        slots[rowCount++] = slot;
    }

    /// <summary>Weights of the rows at all shifts, shift by shift; and the variance that they leave.</summary>
    private bool TrySolve(Combination target, bool known, out double variance)
    {
        int shifts = LeadPopulation.Shifts.Length;
        int now = LeadPopulation.Shifts.IndexOf(0);
        double scale = known ? moments.Scale() : PowerOverPopulation(now);
        for (int i = 0; i < rowCount * shifts; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                solver[i, j] = Moment(rows[i % rowCount], i / rowCount, rows[j % rowCount], j / rowCount, known, scale);
            }

            link[i] = Moment(rows[i % rowCount], i / rowCount, target, now, known, scale);
        }

        Span<double> solution = weights.AsSpan(0, rowCount * shifts);
        link.AsSpan(0, solution.Length).CopyTo(solution);
        variance = Moment(target, now, target, now, known, scale);
        if (!solver.TrySolve(solution))
        {
            return false;
        }

        for (int i = 0; i < solution.Length; i++)
        {
            variance -= solution[i] * link[i];
        }

        return true;
    }

    private double Moment(Combination x, int shiftX, Combination y, int shiftY, bool known, double scale) =>
        x.OfFirst * y.OfFirst * Moment(x.First, shiftX, y.First, shiftY, known, scale)
        + (y.OfSecond == 0 ? 0 : x.OfFirst * y.OfSecond * Moment(x.First, shiftX, y.Second, shiftY, known, scale))
        + (x.OfSecond == 0 ? 0 : x.OfSecond * y.OfFirst * Moment(x.Second, shiftX, y.First, shiftY, known, scale))
        + (x.OfSecond * y.OfSecond == 0 ? 0 : x.OfSecond * y.OfSecond * Moment(x.Second, shiftX, y.Second, shiftY, known, scale));

    private double Moment(int x, int shiftX, int y, int shiftY, bool known, double scale)
    {
        (int row, int column) = (moments.RowAt(shiftX, x), moments.RowAt(shiftY, y));
        return known ? moments.OfStream(row, column, scale) : scale * moments.OfPopulation(row, column);
    }

    /// <summary>The power of this second's rows over the population's.</summary>
    private double PowerOverPopulation(int now)
    {
        (double mine, double theirs) = (0, 0);
        for (int i = 0; i < rowCount; i++)
        {
            foreach (double value in frame.Row(slots[i])[LeadFrame.Margin..])
            {
                mine += value * value / PatchSecond.PatchSamples;
            }

            theirs += Moment(rows[i], now, rows[i], now, false, 1);
        }

        return mine / theirs;
    }

    private void Apply(Span<float> into)
    {
        for (int i = 0; i < PatchSecond.PatchSamples; i++)
        {
            double sum = 0;
            for (int shift = 0; shift < LeadPopulation.Shifts.Length; shift++)
            {
                int at = Math.Min(LeadFrame.Margin + i + LeadPopulation.Shifts[shift], LeadFrame.Stride - 1);
                for (int row = 0; row < rowCount; row++)
                {
                    sum += weights[shift * rowCount + row] * frame.Row(slots[row])[at];
                }
            }

            into[i] = (float)sum;
        }
    }
}
