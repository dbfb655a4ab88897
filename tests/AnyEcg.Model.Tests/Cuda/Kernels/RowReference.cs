namespace AnyEcg.Model.Tests;

/// <summary>Layer norm and the like of one row in double precision.</summary>
internal static class RowReference
{
    public static double[] Norm(IReadOnlyList<double> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias)
    {
        double mean = x.Average(), scale = 1 / Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + 1e-5);
        double[] y = new double[x.Count];
        for (int i = 0; i < y.Length; i++)
            y[i] = (x[i] - mean) * scale * weight[i] + bias[i];
        return y;
    }

    public static double[] Softmax(IEnumerable<float> x)
    {
        double[] shares = [.. x.Select(value => Math.Exp(value))];
        return [.. shares.Select(value => value / shares.Sum())];
    }

    public static double Logistic(float x) => 1 / (1 + Math.Exp(-x));

    public static double[] Doubles(ReadOnlySpan<float> x) => Array.ConvertAll(x.ToArray(), value => (double)value);
}
