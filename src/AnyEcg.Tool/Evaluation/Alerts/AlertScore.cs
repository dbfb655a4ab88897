using AnyEcg.Alerts;

namespace AnyEcg.Tool;

/// <summary>Alerts of one kind and priority. Unjudged are those of which the annotations cannot tell whether they are right.</summary>
internal sealed record AlertCount(AlertKind Kind, AlertPriority Priority)
{
    public int True { get; init; }

    public int False { get; init; }

    public int Unjudged { get; init; }

    public int Raised => True + False + Unjudged;
}

/// <summary>Annotated events that call for an alert, and how long it took. Times in seconds.</summary>
internal sealed record EventScore
{
    public int Events { get; init; }

    /// <summary>
    /// From the annotated start of each event that raised an alert to that alert, counted to the arrival of the last sample that the
    /// worker had to wait for before it could say so; at most the tolerance of the marks below 0.
    /// </summary>
    public IReadOnlyList<double> ToAlert { get; init; } = [];

    /// <summary>Events that came while the alert of an earlier one stood: alerted, but in no time that could be stated.</summary>
    public int AlreadyUp { get; init; }

    public int Alerted => ToAlert.Count + AlreadyUp;

    public int Missed => Events - Alerted;

    public static EventScore operator +(EventScore a, EventScore b) =>
        new() { Events = a.Events + b.Events, AlreadyUp = a.AlreadyUp + b.AlreadyUp, ToAlert = [.. a.ToAlert, .. b.ToAlert] };
}

/// <summary>How the alerts of one record, or of many together, compare with the annotations.</summary>
internal sealed record AlertScore
{
    /// <summary>Every physiological alert of the scored part, ordered by kind and priority.</summary>
    public IReadOnlyList<AlertCount> Counts { get; init; } = [];

    /// <summary>By kind of event: "vf", "vt", "asystole", and "ventricular" for the first two as one.</summary>
    public IReadOnlyDictionary<string, EventScore> Events { get; init; } = new Dictionary<string, EventScore>();

    /// <summary>Seconds in which alerts were judged.</summary>
    public double ScoredSeconds { get; init; }

    /// <summary>Seconds in which alerts were counted, whether there are annotations or not.</summary>
    public double CountedSeconds { get; init; }

    /// <summary>For each high alert, from the sample that completed its rule until it was raised: the pipeline's own share.</summary>
    public IReadOnlyList<double> AfterRule { get; init; } = [];

    public int HighTrue => Sum(AlertPriority.High, count => count.True);

    public int HighFalse => Sum(AlertPriority.High, count => count.False);

    public int HighUnjudged => Sum(AlertPriority.High, count => count.Unjudged);

    public int EventsMissed => Apart.Sum(score => score.Missed);

    /// <summary>Of all events, VF and VT each for itself.</summary>
    public IReadOnlyList<double> TimeToAlert => [.. Apart.SelectMany(score => score.ToAlert)];

    public double? FalseHighPerDay => Tally.Ratio(HighFalse * 86_400d, ScoredSeconds);

    public double? HighPerHour => Tally.Ratio((HighTrue + HighFalse + HighUnjudged) * 3600d, CountedSeconds);

    private IEnumerable<EventScore> Apart => Events.Where(e => e.Key != RhythmKeys.Ventricular).Select(e => e.Value);

    public static AlertScore operator +(AlertScore a, AlertScore b) => new()
    {
        Counts = Merge(a.Counts.Concat(b.Counts)),
        Events = a.Events.Concat(b.Events).GroupBy(e => e.Key).ToDictionary(g => g.Key, g => g.Select(e => e.Value).Aggregate((x, y) => x + y)),
        ScoredSeconds = a.ScoredSeconds + b.ScoredSeconds,
        CountedSeconds = a.CountedSeconds + b.CountedSeconds,
        AfterRule = [.. a.AfterRule, .. b.AfterRule],
    };

    public static IReadOnlyList<AlertCount> Merge(IEnumerable<AlertCount> counts) =>
    [
        .. counts.GroupBy(c => (c.Kind, c.Priority)).OrderBy(g => g.Key.Kind).ThenBy(g => g.Key.Priority).Select(g => new AlertCount(g.Key.Kind, g.Key.Priority)
        {
            True = g.Sum(c => c.True),
            False = g.Sum(c => c.False),
            Unjudged = g.Sum(c => c.Unjudged),
        }),
    ];

    private int Sum(AlertPriority priority, Func<AlertCount, int> part) => Counts.Where(count => count.Priority == priority).Sum(part);
}
