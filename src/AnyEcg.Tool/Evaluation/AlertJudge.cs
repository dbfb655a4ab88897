using AnyEcg.Alerts;

namespace AnyEcg.Tool;

/// <summary>How the high-priority alerts of one record, or of many together, compare with the annotations.</summary>
internal sealed record AlertScore
{
    public int HighTrue { get; init; }

    public int HighFalse { get; init; }

    /// <summary>High alerts of which the annotations cannot tell whether they are right.</summary>
    public int HighUnjudged { get; init; }

    /// <summary>Annotated events of high priority that no alert of their kind met.</summary>
    public int EventsMissed { get; init; }

    /// <summary>Seconds in which alerts were judged.</summary>
    public double ScoredSeconds { get; init; }

    /// <summary>
    /// From the annotated start of an event to its first alert, counted to the arrival of the last sample that the worker had to
    /// wait for before it could say so; negative when raised before.
    /// </summary>
    public IReadOnlyList<double> TimeToAlert { get; init; } = [];

    public double? FalseHighPerDay => Tally.Ratio(HighFalse * 86_400d, ScoredSeconds);

    public static AlertScore operator +(AlertScore a, AlertScore b) => new()
    {
        HighTrue = a.HighTrue + b.HighTrue,
        HighFalse = a.HighFalse + b.HighFalse,
        HighUnjudged = a.HighUnjudged + b.HighUnjudged,
        EventsMissed = a.EventsMissed + b.EventsMissed,
        ScoredSeconds = a.ScoredSeconds + b.ScoredSeconds,
        TimeToAlert = [.. a.TimeToAlert, .. b.TimeToAlert],
    };
}

/// <summary>
/// Judges the high-priority physiological alerts of a record: true when the annotated condition of their own kind overlaps
/// them within <see cref="ToleranceSeconds"/>. Time to alert is taken for fibrillation, tachycardia and asystole events that
/// begin in the scored part, last long enough for their rule, and got an alert.
/// </summary>
internal static class AlertJudge
{
    /// <summary>Rhythm marks are set by hand, some to the nearest few seconds.</summary>
    public const double ToleranceSeconds = 5;

    /// <summary>Shorter events are no cause for a high alert: 4 s of fibrillation or silence, five beats at 100/min take 2.4 s.</summary>
    private static readonly (AlertKind Kind, double MinSeconds)[] Timed =
    [
        (AlertKind.VentricularFibrillation, 4),
        (AlertKind.VentricularTachycardia, 2.4),
        (AlertKind.Asystole, 4),
    ];

    public static AlertScore Score(RecordResult result, RecordTruth truth)
    {
        List<RecordAlert> all = [.. result.Alerts.Where(alert => alert.Priority == AlertPriority.High && IsPhysiological(alert))];
        List<RecordAlert> high = [.. all.Where(alert => alert.DecidedSeconds >= truth.ScoredFrom)];
        Dictionary<AlertKind, List<Episode>?> events = high.Select(alert => alert.Kind).Concat(Timed.Select(t => t.Kind)).Distinct()
            .ToDictionary(kind => kind, kind => AlertTruth.Of(kind, truth));
        List<bool?> verdicts = [.. high.Select(alert => IsTrue(alert, events[alert.Kind], result.Seconds))];

        // An alert that opened before the scored part and still stands meets the events that begin in it.
        List<double?> times = [.. Timed.SelectMany(t => Times(t.Kind, t.MinSeconds, events[t.Kind] ?? [], all, result.Seconds, truth.ScoredFrom))];
        return new AlertScore
        {
            HighTrue = verdicts.Count(verdict => verdict == true),
            HighFalse = verdicts.Count(verdict => verdict == false),
            HighUnjudged = verdicts.Count(verdict => verdict is null),
            EventsMissed = times.Count(time => time is null),
            ScoredSeconds = truth.Rhythms is null && truth.Beats is null ? 0 : Math.Max(0, result.Seconds - truth.ScoredFrom),
            TimeToAlert = [.. times.OfType<double>()],
        };
    }

    private static bool IsPhysiological(RecordAlert alert) => AlertKindTable.Rows[(int)alert.Kind].Type == AlertType.Physiological;

    private static bool? IsTrue(RecordAlert alert, List<Episode>? events, double recordSeconds) =>
        events?.Any(Extent(alert, recordSeconds).Overlaps);

    private static Episode Extent(RecordAlert alert, double recordSeconds) =>
        new Episode(alert.OnsetSeconds, Math.Max(alert.DecidedSeconds, alert.EndSeconds ?? recordSeconds)).Widen(ToleranceSeconds);

    private static IEnumerable<double?> Times(
        AlertKind kind, double minSeconds, List<Episode> events, List<RecordAlert> high, double recordSeconds, double scoredFrom)
    {
        foreach (Episode happened in events.Where(e => e.Start >= scoredFrom && e.Seconds >= minSeconds))
        {
            RecordAlert? first = high.Where(alert => alert.Kind == kind && Extent(alert, recordSeconds).Overlaps(happened))
                .MinBy(alert => alert.RaisedSeconds);
            yield return first?.RaisedSeconds - happened.Start;
        }
    }
}
