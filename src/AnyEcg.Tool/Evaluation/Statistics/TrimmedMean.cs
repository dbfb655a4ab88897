namespace AnyEcg.Tool;

/// <summary>The mean of the middle nine tenths, as sigamp(1) of the WFDB tools takes amplitudes: an outlier is left out at either end.</summary>
internal static class TrimmedMean
{
    /// <summary>Null of nothing. Sorts the list.</summary>
    public static double? Of(List<double> values)
    {
        values.Sort();
        int cut = values.Count / 20;
        return values.Count == 0 ? null : values.Skip(cut).Take(values.Count - (2 * cut)).Average();
    }
}
