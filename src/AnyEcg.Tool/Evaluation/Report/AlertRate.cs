using AnyEcg.Alerts;

namespace AnyEcg.Tool;

/// <summary>How often alerts come that should not, of one priority or of one kind in it, with exact Poisson bounds (95 %, two-sided).</summary>
internal sealed record AlertRate
{
    public required AlertPriority Priority { get; init; }

    /// <summary>Null: all kinds of the priority together.</summary>
    public AlertKind? Kind { get; init; }

    public required int False { get; init; }

    public required int True { get; init; }

    public required int Unjudged { get; init; }

    /// <summary>Of judged stream time.</summary>
    public required double Days { get; init; }

    public double? FalsePerDay => Tally.Ratio(False, Days);

    public Interval? FalsePerDayBounds => Bounds(False, Days);

    /// <summary>Of stream time with annotations or without.</summary>
    public required double Hours { get; init; }

    /// <summary>Every alert counts, right or wrong.</summary>
    public double? RaisedPerHour => Tally.Ratio(False + True + Unjudged, Hours);

    public Interval? RaisedPerHourBounds => Bounds(False + True + Unjudged, Hours);

    /// <summary>A row for each priority, the highest first, followed by the kinds that were raised with it.</summary>
    public static IReadOnlyList<AlertRate> Of(AlertScore score) =>
    [
        .. Enum.GetValues<AlertPriority>().OrderDescending().SelectMany(priority => score.Counts
            .Where(c => c.Priority == priority)
            .Select(c => Row(score, priority, c.Kind, [c]))
            .Prepend(Row(score, priority, null, [.. score.Counts.Where(c => c.Priority == priority)]))),
    ];

    private static AlertRate Row(AlertScore score, AlertPriority priority, AlertKind? kind, IReadOnlyList<AlertCount> counts) => new()
    {
        Priority = priority,
        Kind = kind,
        False = counts.Sum(c => c.False),
        True = counts.Sum(c => c.True),
        Unjudged = counts.Sum(c => c.Unjudged),
        Days = score.ScoredSeconds / 86_400,
        Hours = score.CountedSeconds / 3600,
    };

    private static Interval? Bounds(int count, double time)
    {
        (double low, double high) = PoissonBounds.Of(count);
        return time > 0 ? new Interval(low / time, high / time) : null;
    }
}
