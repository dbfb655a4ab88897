using AnyEcg.Alerts;

namespace AnyEcg.Tool;

/// <summary>
/// Judges the physiological alerts of a record: true when the annotated condition of their own kind overlaps them within
/// <see cref="ToleranceSeconds"/>. Time to alert is taken for fibrillation, tachycardia and asystole events that begin in the
/// scored part, last long enough for their rule, and got a high alert.
/// </summary>
internal static class AlertJudge
{
    /// <summary>Rhythm marks are set by hand, some to the nearest few seconds.</summary>
    public const double ToleranceSeconds = 5;

    /// <summary>Shorter events are no cause for a high alert: 4 s of fibrillation or silence, five beats at 100/min take 2.4 s.</summary>
    private static readonly (string Key, AlertKind[] Kinds, double MinSeconds)[] Timed =
    [
        ("vf", [AlertKind.VentricularFibrillation], 4),
        ("vt", [AlertKind.VentricularTachycardia], 2.4),
        ("asystole", [AlertKind.Asystole], 4),
        (RhythmKeys.Ventricular, [AlertKind.VentricularFibrillation, AlertKind.VentricularTachycardia], 2.4),
    ];

    public static AlertScore Score(RecordResult result, RecordTruth truth)
    {
        List<RecordAlert> all = [.. result.Alerts.Where(IsPhysiological)];
        List<RecordAlert> counted = [.. all.Where(alert => alert.DecidedSeconds >= truth.ScoredFrom)];
        Dictionary<AlertKind, List<Episode>?> events = Enum.GetValues<AlertKind>().ToDictionary(kind => kind, kind => AlertTruth.Of(kind, truth));
        IEnumerable<AlertCount> counts = counted.Select(alert => Count(alert, IsTrue(alert, events[alert.Kind], result.Seconds)));
        double seconds = Math.Max(0, result.Seconds - truth.ScoredFrom);

        // An alert that opened before the scored part and still stands meets the events that begin in it.
        List<RecordAlert> high = [.. all.Where(IsHigh)];
        return new AlertScore
        {
            Counts = AlertScore.Merge(counts),
            Events = Timed.ToDictionary(t => t.Key, t => Events(t.Kinds, t.MinSeconds, events, high, result.Seconds, truth.ScoredFrom)),
            ScoredSeconds = truth.Rhythms is null && truth.Beats is null ? 0 : seconds,
            CountedSeconds = seconds,
            AfterRule = [.. counted.Where(IsHigh).Select(alert => alert.RaisedSeconds - alert.DecidedSeconds)],
        };
    }

    private static bool IsPhysiological(RecordAlert alert) => AlertKindTable.Rows[(int)alert.Kind].Type == AlertType.Physiological;

    private static bool IsHigh(RecordAlert alert) => alert.Priority == AlertPriority.High;

    private static bool? IsTrue(RecordAlert alert, List<Episode>? events, double recordSeconds) =>
        events?.Any(Extent(alert, recordSeconds).Overlaps);

    private static AlertCount Count(RecordAlert alert, bool? verdict) => new(alert.Kind, alert.Priority)
    {
        True = verdict == true ? 1 : 0,
        False = verdict == false ? 1 : 0,
        Unjudged = verdict is null ? 1 : 0,
    };

    private static Episode Extent(RecordAlert alert, double recordSeconds) =>
        new Episode(alert.OnsetSeconds, Math.Max(alert.DecidedSeconds, alert.EndSeconds ?? recordSeconds)).Widen(ToleranceSeconds);

    private static EventScore Events(
        AlertKind[] kinds, double minSeconds, Dictionary<AlertKind, List<Episode>?> truth, List<RecordAlert> high, double recordSeconds, double scoredFrom)
    {
        List<Episode> events = [.. Episode.Join(kinds.SelectMany(kind => truth[kind] ?? [])).Where(e => e.Start >= scoredFrom && e.Seconds >= minSeconds)];
        double[] times =
        [
            .. events.Select(happened => high.Where(alert => kinds.Contains(alert.Kind) && Extent(alert, recordSeconds).Overlaps(happened))
                .Min(alert => (double?)alert.RaisedSeconds) - happened.Start).OfType<double>(),
        ];
        return new EventScore
        {
            Events = events.Count,
            AlreadyUp = times.Count(time => time < -ToleranceSeconds),
            ToAlert = [.. times.Where(time => time >= -ToleranceSeconds)],
        };
    }
}
