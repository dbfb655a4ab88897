namespace AnyEcg.Tool;

/// <summary>One figure of a report: its name and how it comes from records. Of several records it is gross: counts are added first.</summary>
/// <param name="Name">A path in the JSON report's "gross" and "average".</param>
/// <param name="Of">Null where it is not defined.</param>
internal sealed record Figure(string Name, Func<IReadOnlyList<RecordScore>, double?> Of)
{
    /// <summary>Whether it means something of one record; where not, there is no average.</summary>
    public bool PerRecord { get; init; } = true;
}

/// <summary>A figure's values. Average is the mean of the records' own figures, each record counting once, over the records where it is defined.</summary>
internal sealed record FigureValue
{
    /// <summary>Null where it is not defined.</summary>
    public double? Gross { get; init; }

    /// <summary>Null where a single record has the figure: one says nothing of the spread between records.</summary>
    public Interval? GrossInterval { get; init; }

    public double? Average { get; init; }

    public Interval? AverageInterval { get; init; }

    /// <summary>In how many records the figure is defined.</summary>
    public int Records { get; init; }
}
