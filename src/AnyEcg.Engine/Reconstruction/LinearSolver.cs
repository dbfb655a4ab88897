namespace AnyEcg.Engine;

/// <summary>Solves symmetric positive systems by Cholesky's method in place. Sizes to a few dozen; no allocation after construction.</summary>
public sealed class LinearSolver(int capacity)
{
    /// <summary>
    /// Added to the diagonal, as a share of its mean: some rows may follow from others, or stand still. Errors that it makes are far
    /// below the converter's step.
    /// </summary>
    private const double Ridge = 1e-7;

    /// <summary>Below this mean power (1 uV squared, in mV^2) there is no signal to go by.</summary>
    private const double MinPower = 1e-6;

    private readonly double[] matrix = new double[capacity * capacity];

    /// <summary>Entry of the matrix, row-major with rows of the capacity; only row >= column is read.</summary>
    public ref double this[int row, int column] => ref matrix[row * capacity + column];

    /// <summary>Replaces a right side by the solution, and the matrix by its factor. False if the matrix has no power or is not positive.</summary>
    public bool TrySolve(Span<double> side)
    {
        int n = side.Length;
        double mean = 0;
        for (int i = 0; i < n; i++)
        {
            mean += this[i, i] / n;
        }

        if (!(mean >= MinPower) || !double.IsFinite(mean))
        {
            return false;
        }

        for (int i = 0; i < n; i++)
        {
            this[i, i] += Ridge * mean;
            if (!Factor(i))
            {
                return false;
            }
        }

        Substitute(side);
        return true;
    }

    private bool Factor(int row)
    {
        for (int column = 0; column <= row; column++)
        {
            double sum = this[row, column];
            for (int k = 0; k < column; k++)
            {
                sum -= this[row, k] * this[column, k];
            }

            if (row == column && !(sum > 0))
            {
                return false;
            }

            this[row, column] = row == column ? Math.Sqrt(sum) : sum / this[column, column];
        }

        return true;
    }

    private void Substitute(Span<double> side)
    {
        for (int i = 0; i < side.Length; i++)
        {
            for (int k = 0; k < i; k++)
            {
                side[i] -= this[i, k] * side[k];
            }

            side[i] /= this[i, i];
        }

        for (int i = side.Length - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < side.Length; k++)
            {
                side[i] -= this[k, i] * side[k];
            }

            side[i] /= this[i, i];
        }
    }
}
