namespace AnyEcg.Tool;

/// <summary>Where a report comes from.</summary>
internal sealed record ReportHeader
{
    public string Tool { get; init; } = "";

    public string Command { get; init; } = "";

    /// <summary>Name and first digits of the hash; of merged reports all of them.</summary>
    public string ModelId { get; init; } = "";

    /// <summary>Of the weights, as their manifest states it; of merged reports all of them.</summary>
    public string? ModelSha256 { get; init; }

    /// <summary>Seconds around rhythm marks in the tolerant scores; null without them.</summary>
    public double? ToleranceSeconds { get; init; }

    /// <summary>Of every choice by chance.</summary>
    public int Seed { get; init; }
}

/// <summary>Some records together.</summary>
internal sealed record Summary(IReadOnlyList<string> Names, Scores Gross, IReadOnlyDictionary<string, FigureValue> Figures)
{
    public IReadOnlyList<AlertRate> AlertRates { get; } = AlertRate.Of(Gross.AlertScore);

    public static Summary Of(IReadOnlyList<RecordScore> records, Bootstrap bootstrap) =>
        new([.. records.Select(r => r.Name)], Scores.Gross(records), AnyEcg.Tool.Figures.Of(records, bootstrap));
}

/// <summary>All records under one condition: with noise at one ratio, or without.</summary>
internal sealed record Condition(double? SnrDb, IReadOnlyList<RecordScore> Records, Summary All, IReadOnlyDictionary<string, Summary> Subsets)
{
    /// <summary>As in --snr and --require.</summary>
    public string Name => NameOf(SnrDb);

    public static string NameOf(double? snrDb) => snrDb is { } ratio ? ratio.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture) : "clean";
}

/// <summary>What `anyecg evaluate` found out. Immutable.</summary>
internal sealed record EvaluationReport(ReportHeader Header, Bootstrap Bootstrap, IReadOnlyList<Condition> Conditions)
{
    public IEnumerable<RecordScore> Records => Conditions.SelectMany(c => c.Records);

    /// <summary>From scores in the order of the report; those of one signal-to-noise ratio belong together.</summary>
    public static EvaluationReport Of(
        ReportHeader header, IEnumerable<RecordScore> records, IReadOnlyDictionary<string, Subset> subsets, Bootstrap bootstrap) =>
        new(header, bootstrap, [.. records.GroupBy(r => Condition.NameOf(r.SnrDb)).Select(g => ConditionOf([.. g], subsets, bootstrap))]);

    private static Condition ConditionOf(IReadOnlyList<RecordScore> records, IReadOnlyDictionary<string, Subset> subsets, Bootstrap bootstrap) => new(
        records[0].SnrDb,
        records,
        Summary.Of(records, bootstrap),
        subsets.ToDictionary(s => s.Key, s => Summary.Of([.. records.Where(s.Value.Has)], bootstrap)));
}
