using System.Numerics;
using System.Runtime.InteropServices;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// How the coordinates of one stream go together: the population's second moments, and what the stream's own past has shown, which soon
/// outweighs them. Row <c>shift * Count + coordinate</c>. Engine thread only; nothing is allocated after construction.
/// </summary>
internal sealed class LeadMoments
{
    /// <summary>
    /// What the population weighs against the stream's own seconds, in seconds. Chosen on PTB-XL's folds 1-8: a tenth of a second keeps
    /// one second of own past from being believed too far, and no longer matters after five.
    /// </summary>
    public const double PopulationSeconds = 0.1;

    /// <summary>Own seconds count half after two minutes, so that a new posture or a moved electrode is learned.</summary>
    private static readonly double Kept = Math.Pow(0.5, 1 / 120.0);

    private readonly int count;
    private readonly int order;
    private readonly double[] population;
    private readonly double[] own;
    private double seconds;

    public LeadMoments(LeadFrame frame, LeadPopulation people)
    {
        count = frame.Count;
        order = count * LeadPopulation.Shifts.Length;
        population = new double[order * order];
        own = new double[order * order];
        Express(frame.Basis, people.Moments);
    }

    /// <summary>Bit c: the stream has shown coordinate c together with all the others of this mask.</summary>
    public uint Known { get; private set; }

    /// <summary>
    /// Learns from a second in which all known coordinates are there. One that was not known before starts the count anew; a second in
    /// which a known one is missing teaches nothing.
    /// </summary>
    public void Learn(LeadFrame frame)
    {
        if ((frame.Available & Known) != Known || frame.Available == 0)
        {
            return;
        }

        if (frame.Available != Known)
        {
            Known = frame.Available;
            seconds = 0;
            Array.Clear(own);
        }

        seconds = seconds * Kept + 1;
        for (int row = 0; row < order; row++)
        {
            for (int column = 0; column <= row; column++)
            {
                double sum = IsKnown(row % count) && IsKnown(column % count) ? Mean(frame, row, column) : 0;
                own[row * order + column] = own[row * order + column] * Kept + sum;
            }
        }
    }

    /// <summary>Second moment of two rows by the population alone, in the population's unit of power.</summary>
    public double OfPopulation(int row, int column) => population[row * order + column];

    /// <summary>Second moment of two rows of known coordinates, mV^2, by the population and the stream's own past.</summary>
    /// <param name="row">Row.</param>
    /// <param name="column">Column.</param>
    /// <param name="scale">What <see cref="Scale"/> gave.</param>
    public double OfStream(int row, int column, double scale)
    {
        double past = own[Math.Max(row, column) * order + Math.Min(row, column)];
        return (PopulationSeconds * scale * OfPopulation(row, column) + past) / (PopulationSeconds + seconds);
    }

    /// <summary>The stream's power over the population's, by the known coordinates; the population is scaled by it.</summary>
    public double Scale()
    {
        (double mine, double theirs) = (0, 0);
        for (int coordinate = 0; coordinate < count; coordinate++)
        {
            int row = RowAt(LeadPopulation.Shifts.IndexOf(0), coordinate);
            mine += own[row * order + row];
            theirs += IsKnown(coordinate) ? OfPopulation(row, row) : 0;
        }

        return theirs > 0 && seconds > 0 ? mine / (seconds * theirs) : 1;
    }

    /// <summary>Row of a coordinate at a shift, both by index.</summary>
    public int RowAt(int shift, int coordinate) => shift * count + coordinate;

    private bool IsKnown(int coordinate) => (Known >> coordinate & 1) != 0;

    /// <summary>Mean product of two rows over the samples of the second that have all shifts within it.</summary>
    private double Mean(LeadFrame frame, int row, int column)
    {
        const int Samples = PatchSecond.PatchSamples - 2 * LeadFrame.Margin;
        ReadOnlySpan<double> x = frame.Row(row % count).Slice(2 * LeadFrame.Margin + LeadPopulation.Shifts[row / count], Samples);
        ReadOnlySpan<double> y = frame.Row(column % count).Slice(2 * LeadFrame.Margin + LeadPopulation.Shifts[column / count], Samples);
        return Dot(x, y) / Samples;
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Vector<double> sums = Vector<double>.Zero;
        ReadOnlySpan<Vector<double>> left = MemoryMarshal.Cast<double, Vector<double>>(x);
        ReadOnlySpan<Vector<double>> right = MemoryMarshal.Cast<double, Vector<double>>(y);
        for (int i = 0; i < left.Length; i++)
        {
            sums += left[i] * right[i];
        }

        double sum = Vector.Sum(sums);
        for (int i = left.Length * Vector<double>.Count; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }

    private void Express((double OfI, double OfII, int Chest)[] basis, ReadOnlySpan<double> people)
    {
        for (int row = 0; row < order; row++)
        {
            for (int column = 0; column < order; column++)
            {
                double sum = 0;
                foreach ((int i, double a) in Parts(basis[row % count], row / count))
                {
                    foreach ((int j, double b) in Parts(basis[column % count], column / count))
                    {
                        sum += a * b * people[i * LeadPopulation.Order + j];
                    }
                }

                population[row * order + column] = sum;
            }
        }
    }

    private static (int Row, double Weight)[] Parts((double OfI, double OfII, int Chest) of, int shift)
    {
        int first = shift * LeadPopulation.BasisLeads;
        return of.Chest > 0 ? [(first + of.Chest, 1)] : [(first, of.OfI), (first + 1, of.OfII)];
    }
}
