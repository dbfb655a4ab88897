using AnyEcg.Engine;

namespace AnyEcg.Tool;

/// <summary>The baselines: a lead as a weighted sum of the others of I, II, V1 ... V6 at the same instant.</summary>
internal static class LeastSquares
{
    private const int Leads = LeadPopulation.BasisLeads;

    /// <summary>Weights of the seven others, in their order, from second moments.</summary>
    /// <param name="moments">8 x 8, symmetric.</param>
    /// <param name="lost">Row of the lead that is to be made.</param>
    public static double[] Weights(ReadOnlySpan<double> moments, int lost)
    {
        int[] others = Others(lost);
        LinearSolver solver = new(others.Length);
        double[] side = new double[others.Length];
        for (int i = 0; i < others.Length; i++)
        {
            side[i] = moments[others[i] * Leads + lost];
            for (int j = 0; j <= i; j++)
            {
                solver[i, j] = moments[others[i] * Leads + others[j]];
            }
        }

        return solver.TrySolve(side) ? side : new double[others.Length];
    }

    /// <summary>Second moments of some seconds of the eight leads.</summary>
    /// <param name="basis">Eight leads, each with all samples of the record.</param>
    /// <param name="first">First sample.</param>
    /// <param name="end">Sample after the last.</param>
    public static double[] Moments(float[][] basis, int first, int end)
    {
        double[] moments = new double[Leads * Leads];
        for (int i = 0; i < moments.Length; i++)
        {
            (float[] x, float[] y) = (basis[i / Leads], basis[i % Leads]);
            for (int at = first; at < end; at++)
            {
                moments[i] += x[at] * (double)y[at] / (end - first);
            }
        }

        return moments;
    }

    /// <summary>The weighted sum of the others, from sample <paramref name="first"/> to the end.</summary>
    public static float[] Apply(float[][] basis, int lost, double[] weights, int first)
    {
        int[] others = Others(lost);
        float[] made = new float[basis[lost].Length - first];
        for (int at = 0; at < made.Length; at++)
        {
            double sum = 0;
            for (int i = 0; i < others.Length; i++)
            {
                sum += weights[i] * basis[others[i]][first + at];
            }

            made[at] = (float)sum;
        }

        return made;
    }

    private static int[] Others(int lost) => [.. Enumerable.Range(0, Leads).Where(lead => lead != lost)];
}
