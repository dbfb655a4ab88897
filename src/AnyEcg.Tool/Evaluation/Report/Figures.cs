using System.Globalization;
using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>All figures of a report. Their names are relied on by scripts and by --require: they do not change once released.</summary>
internal static class Figures
{
    private static readonly string[] EventKeys = ["vf", "vt", RhythmKeys.Ventricular, "asystole"];

    private static readonly AlertPriority[] Priorities = [AlertPriority.High, AlertPriority.Medium, AlertPriority.Low];

    /// <summary>Every figure by its name, in the order of the report.</summary>
    public static IReadOnlyDictionary<string, FigureValue> Of(IReadOnlyList<RecordScore> records, Bootstrap bootstrap) =>
        new OrderedDictionary<string, FigureValue>(All(records).Select(figure => KeyValuePair.Create(figure.Name, ValueOf(figure, records, bootstrap))));

    private static FigureValue ValueOf(Figure figure, IReadOnlyList<RecordScore> records, Bootstrap bootstrap)
    {
        if (figure.Of(records) is not { } gross)
        {
            return new FigureValue();
        }

        double[] own = figure.PerRecord ? [.. records.Select(record => figure.Of([record])).OfType<double>()] : [];
        return new FigureValue
        {
            Gross = gross,
            GrossInterval = own.Length == 1 ? null : bootstrap.Of(records, figure.Of),
            Average = own.Length == 0 ? null : own.Average(),
            AverageInterval = bootstrap.Of(own, drawn => drawn.Average()),
            Records = own.Length,
        };
    }

    private static IEnumerable<Figure> All(IReadOnlyList<RecordScore> records) =>
        Beats().Concat(Rhythms()).Concat(Alerts()).Concat(Labels()).Concat(Asystole(records));

    private static IEnumerable<Figure> Beats()
    {
        (string Name, Func<BeatScore, Tally> Of)[] kinds = [("qrs", b => b.Qrs), ("n", b => b.N), ("s", b => b.S), ("v", b => b.V), ("f", b => b.F)];
        foreach ((string name, Func<BeatScore, Tally> of) in kinds)
        {
            // Confusion matrices are summed once a record, not once a resample.
            Memo<Tally> tallies = new(record => record.Beats is null ? default : of(record.Beats));
            yield return new($"beats.{name}.se", records => Sum(records, tallies).Se);
            yield return new($"beats.{name}.ppv", records => Sum(records, tallies).Ppv);
        }
    }

    private static IEnumerable<Figure> Rhythms()
    {
        foreach ((string key, RhythmClass[] classes) in RhythmKeys.Scored)
        {
            foreach ((string group, Func<RecordScore, IReadOnlyDictionary<string, EpisodeScore>?> of) in EpisodeGroups())
            {
                EpisodeScore Sum(IReadOnlyList<RecordScore> records) =>
                    records.Aggregate(default(EpisodeScore), (sum, r) => sum + (of(r)?.GetValueOrDefault(key) ?? default));
                yield return new($"{group}.{key}.episodeSe", records => Sum(records).EpisodeSe);
                yield return new($"{group}.{key}.episodePpv", records => Sum(records).EpisodePpv);
                yield return new($"{group}.{key}.durationSe", records => Sum(records).DurationSe);
                yield return new($"{group}.{key}.durationPpv", records => Sum(records).DurationPpv);
            }

            Memo<SecondScore> seconds = new(record => record.RhythmMatrix?.Of(classes) ?? default);
            yield return new($"perSecond.{key}.se", records => Sum(records, seconds).Se);
            yield return new($"perSecond.{key}.sp", records => Sum(records, seconds).Sp);
            yield return new($"perSecond.{key}.ppv", records => Sum(records, seconds).Ppv);
        }
    }

    private static IEnumerable<(string, Func<RecordScore, IReadOnlyDictionary<string, EpisodeScore>?>)> EpisodeGroups() =>
        [("episodes", r => r.Episodes), ("episodesTolerant", r => r.EpisodesTolerant)];

    private static IEnumerable<Figure> Alerts()
    {
        yield return new("falseHighAlerts", records => JudgedSeconds(records) > 0 ? records.Sum(r => r.AlertScore.HighFalse) : null);
        yield return new("falseHighAlertsPerDay", records => Tally.Ratio(records.Sum(r => r.AlertScore.HighFalse) * 86_400d, JudgedSeconds(records)));
        foreach (AlertPriority priority in Priorities)
        {
            yield return new(
                $"alertsPerHour.{NameOf(priority)}",
                records => Tally.Ratio(
                    records.Sum(r => r.AlertScore.Counts.Where(c => c.Priority == priority).Sum(c => c.Raised)) * 3600d,
                    records.Sum(r => r.AlertScore.CountedSeconds)));
        }

        foreach (Figure figure in Times("timeToAlertSeconds", r => r.AlertScore.TimeToAlert).Concat(Times("afterRuleSeconds", r => r.AlertScore.AfterRule)))
        {
            yield return figure;
        }

        foreach (string key in EventKeys)
        {
            yield return new($"events.{key}.alerted", records => Tally.Ratio(
                records.Sum(r => Event(r, key).Alerted), records.Sum(r => Event(r, key).Events)));
            foreach (Figure figure in Times($"events.{key}", r => Event(r, key).ToAlert))
            {
                yield return figure;
            }
        }
    }

    private static string NameOf(AlertPriority priority) => priority switch
    {
        AlertPriority.High => "high",
        AlertPriority.Medium => "medium",
        _ => "low",
    };

    private static IEnumerable<Figure> Times(string name, Func<RecordScore, IEnumerable<double>> of)
    {
        foreach ((string suffix, double percent) in ((string, double)[])[("p50", 50), ("p95", 95), ("max", 100)])
        {
            yield return new($"{name}.{suffix}", records => Percentile.Of([.. records.SelectMany(of)], percent));
        }
    }

    private static IEnumerable<Figure> Labels()
    {
        foreach ((string name, string label) in ((string, string)[])[("N", Cinc2017.Normal), ("A", Cinc2017.AtrialFibrillation), ("O", Cinc2017.Other), ("Noisy", Cinc2017.Noisy)])
        {
            yield return new($"cinc2017F1{name}", records => Challenge(records) is { Count: > 0 } calls ? Cinc2017.F1(label, calls) : null) { PerRecord = false };
        }

        yield return new("cinc2017F1", records => Challenge(records) is { Count: > 0 } calls ? Cinc2017.Score(calls) : null) { PerRecord = false };
        yield return new("anomalyAuroc", records => RocCurve.Area(records.Where(IsNormalOrNot).Select(r => new Scored(r.Anomaly!.Value, r.Label != Cinc2017.Normal)))) { PerRecord = false };
    }

    private static IEnumerable<Figure> Asystole(IReadOnlyList<RecordScore> records)
    {
        IEnumerable<AsystoleStretch> Stretches(IReadOnlyList<RecordScore> of) => of.SelectMany(r => r.Asystole?.Stretches ?? []);
        static double? Found(IEnumerable<AsystoleStretch> of) => Tally.Ratio(of.Count(s => s.Found), of.Count());
        yield return new("asystole.found", of => Found(Stretches(of)));
        foreach (double length in Stretches(records).Select(s => s.Wanted).Distinct().Order().ToArray())
        {
            yield return new(string.Create(CultureInfo.InvariantCulture, $"asystole.found{length}s"), of => Found(Stretches(of).Where(s => s.Wanted.Equals(length))));
        }

        yield return new("asystole.falseAlerts", of => of.Any(r => r.Asystole is not null) ? of.Sum(r => r.Asystole?.FalseAlerts ?? 0) : null);
        foreach (Figure figure in Times("asystole.toAlertSeconds", r => (r.Asystole?.Stretches ?? []).Select(s => s.ToAlert).OfType<double>()))
        {
            yield return figure;
        }
    }

    private static bool IsNormalOrNot(RecordScore record) => record.Anomaly is not null && record.Label is not (null or Cinc2017.Noisy);

    private static double JudgedSeconds(IReadOnlyList<RecordScore> records) => records.Sum(r => r.AlertScore.ScoredSeconds);

    private static EventScore Event(RecordScore record, string key) => record.AlertScore.Events.GetValueOrDefault(key) ?? new EventScore();

    private static IReadOnlyCollection<(string Label, string Call)> Challenge(IReadOnlyList<RecordScore> records) =>
        [.. records.Where(r => r.Label is not null).Select(r => (r.Label!, r.Call))];

    private static Tally Sum(IReadOnlyList<RecordScore> records, Memo<Tally> of) => records.Aggregate(default(Tally), (sum, r) => sum + of.Of(r));

    private static SecondScore Sum(IReadOnlyList<RecordScore> records, Memo<SecondScore> of) => records.Aggregate(default(SecondScore), (sum, r) => sum + of.Of(r));

    /// <summary>What is computed of a record once, however often it is drawn.</summary>
    private sealed class Memo<T>(Func<RecordScore, T> of)
    {
        private readonly Dictionary<RecordScore, T> known = new(ReferenceEqualityComparer.Instance);

        public T Of(RecordScore record)
        {
            if (!known.TryGetValue(record, out T? value))
            {
                known.Add(record, value = of(record));
            }

            return value;
        }
    }
}
