namespace AnyEcg.Tool;

internal static class Percentile
{
    /// <summary>The nearest-rank percentile; null of nothing.</summary>
    public static double? Of(IReadOnlyCollection<double> values, double percent) =>
        values.Count == 0 ? null : values.Order().ElementAt((int)Math.Ceiling(percent / 100 * values.Count) - 1);
}
