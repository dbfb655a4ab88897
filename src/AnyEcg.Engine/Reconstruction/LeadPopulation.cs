namespace AnyEcg.Engine;

/// <summary>
/// How the leads go together in a population: the mean second moments of I, II, V1 ... V6 and of the same leads shifted in time,
/// each record scaled to the same power. training/reconstruction.py makes it. Immutable.
/// </summary>
public sealed class LeadPopulation
{
    /// <summary>Leads that the other standard leads follow from: I, II, V1 ... V6.</summary>
    public const int BasisLeads = 8;

    /// <summary>Shifts in samples at 300 Hz, ascending; a shift of s stands for the value s samples later.</summary>
    public static ReadOnlySpan<int> Shifts => [-6, -3, 0, 3, 6];

    /// <summary>Rows of <see cref="Moments"/>: each shift holds one row per basis lead.</summary>
    public static int Order => BasisLeads * Shifts.Length;

    private readonly double[] moments;

    /// <param name="moments">Symmetric, row-major, <see cref="Order"/> squared; row <c>shift * 8 + lead</c>.</param>
    /// <exception cref="ArgumentException">It is of another size, not finite, not symmetric, or a diagonal entry is not positive.</exception>
    public LeadPopulation(ReadOnlySpan<float> moments)
    {
        int order = Order;
        if (moments.Length != order * order)
        {
            throw new ArgumentException($"{moments.Length} values; {order} x {order} are needed.", nameof(moments));
        }

        this.moments = new double[moments.Length];
        for (int i = 0; i < moments.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, order);
            if (!float.IsFinite(moments[i]) || moments[i] != moments[column * order + row] || (row == column && moments[i] <= 0))
            {
                throw new ArgumentException($"Row {row}, column {column} cannot be of a matrix of second moments.", nameof(moments));
            }

            this.moments[i] = moments[i];
        }
    }

    /// <summary>Row-major, <see cref="Order"/> squared.</summary>
    public ReadOnlySpan<double> Moments => moments;
}
