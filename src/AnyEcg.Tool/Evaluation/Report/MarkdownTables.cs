using AnyEcg.Alerts;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using static AnyEcg.Tool.MarkdownText;

namespace AnyEcg.Tool;

/// <summary>The tables of some records together. What is empty is left out.</summary>
internal static class MarkdownTables
{
    private static readonly string[] BeatNames = ["N", "S", "V", "F", "Q", "no beat"];

    public static void All(TextWriter output, Summary summary)
    {
        Table(
            output,
            ["figure", "gross", "95 %", "average", "95 %", "records"],
            summary.Figures.Where(f => f.Value.Gross is not null).Select(f => FigureRow(f.Key, f.Value)));
        Beats(output, summary.Gross.Beats);
        Rhythms(output, summary.Gross.RhythmMatrix);
        Episodes(output, summary.Gross);
        AlertRates(output, summary);
        Events(output, summary.Gross.AlertScore);
        Asystole(output, summary.Gross.Asystole);
    }

    /// <summary>Labels against calls.</summary>
    public static void Challenge(TextWriter output, IReadOnlyList<RecordScore> records)
    {
        string[] labels = [Cinc2017.Normal, Cinc2017.AtrialFibrillation, Cinc2017.Other, Cinc2017.Noisy];
        RecordScore[] labelled = [.. records.Where(r => labels.Contains(r.Label))];
        Table(
            output,
            ["label \\ call", .. labels],
            labels.Where(_ => labelled.Length > 0).Select(l => (IReadOnlyList<string>)[l, .. labels.Select(c => Count(labelled.Count(r => r.Label == l && r.Call == c)))]));
    }

    private static IReadOnlyList<string> FigureRow(string name, FigureValue value) =>
        [$"`{name}`", Number(value.Gross), Range(value.GrossInterval), Number(value.Average), Range(value.AverageInterval), value.Records > 0 ? Count(value.Records) : Missing];

    private static void Beats(TextWriter output, BeatScore? beats) => Table(
        output,
        ["annotated \\ found", .. BeatNames],
        (beats?.Confusion ?? []).Select((row, i) => (IReadOnlyList<string>)[BeatNames[i], .. row.Select(Count)]));

    private static void Rhythms(TextWriter output, RhythmMatrix? seconds) => Table(
        output,
        ["annotated seconds \\ found", .. RhythmKeys.All, "not judged"],
        (seconds?.Confusion ?? []).Select((row, i) => (Row: row, i)).Where(r => r.Row.Sum() > 0)
            .Select(r => (IReadOnlyList<string>)[RhythmKeys.All[r.i], .. r.Row.Select(Count)]));

    private static void Episodes(TextWriter output, Scores gross)
    {
        IEnumerable<(string Name, EpisodeScore Score)> rows = (gross.Episodes ?? new Dictionary<string, EpisodeScore>()).Select(e => (e.Key, e.Value))
            .Concat((gross.EpisodesTolerant ?? new Dictionary<string, EpisodeScore>()).Select(e => ($"{e.Key}, tolerant", e.Value)));
        Table(
            output,
            ["episodes", "annotated", "of them found", "found", "of them right", "Se / +P", "annotated s", "found s", "common s", "Se / +P"],
            rows.Where(r => r.Score.Annotated + r.Score.Found > 0).Select(r => (IReadOnlyList<string>)
            [
                r.Name, Count(r.Score.Annotated), Count(r.Score.AnnotatedFound), Count(r.Score.Found), Count(r.Score.FoundRight), Pair(r.Score.EpisodeSe, r.Score.EpisodePpv),
                Number(r.Score.AnnotatedSeconds, "0"), Number(r.Score.FoundSeconds, "0"), Number(r.Score.OverlapSeconds, "0"), Pair(r.Score.DurationSe, r.Score.DurationPpv),
            ]));
    }

    private static void AlertRates(TextWriter output, Summary summary) => Table(
        output,
        ["alerts", "raised", "right", "wrong", "not to be judged", "judged days", "wrong a day", "95 %, Poisson", "raised an hour", "95 %, Poisson"],
        summary.AlertRates.Where(r => r.Priority != AlertPriority.Info || r.Kind is not null).Select(r => (IReadOnlyList<string>)
        [
            r.Kind is { } kind ? kind.WireName() : $"**{r.Priority.WireName()}**",
            Count(r.True + r.False + r.Unjudged), Count(r.True), Count(r.False), Count(r.Unjudged), Number(r.Days, "0.###"),
            Number(r.FalsePerDay, "0.##"), Range(r.FalsePerDayBounds, "0.##"), Number(r.RaisedPerHour, "0.###"), Range(r.RaisedPerHourBounds, "0.###"),
        ]));

    private static void Events(TextWriter output, AlertScore alerts) => Table(
        output,
        ["annotated events", "number", "alerted", "of them while an alert stood", "time to alert p50, s", "p95", "max"],
        alerts.Events.Where(e => e.Value.Events > 0).Select(e => (IReadOnlyList<string>)
            [e.Key, Count(e.Value.Events), Count(e.Value.Alerted), Count(e.Value.AlreadyUp), .. Times(e.Value.ToAlert)]));

    private static void Asystole(TextWriter output, AsystoleScore? asystole)
    {
        Table(
            output,
            ["simulated asystole of", "number", "found", "beats of the network in those not found", "time to alert p50, s", "p95", "max"],
            (asystole?.Stretches ?? []).GroupBy(s => s.Wanted).OrderBy(g => g.Key).Select(g => (IReadOnlyList<string>)
                [$"{Number(g.Key)} s and up to a beat more", Count(g.Count()), Count(g.Count(s => s.Found)), Count(g.Where(s => !s.Found).Sum(s => s.BeatsSeen)), .. Times([.. g.Select(s => s.ToAlert).OfType<double>()])]));
        if (asystole is not null)
        {
            output.WriteLine($"False asystole alerts beside them: {Count(asystole.FalseAlerts)} in {Number(asystole.Seconds / 3600, "0.##")} h.\n");
        }
    }

    private static string[] Times(IReadOnlyList<double> times) =>
        [Number(Percentile.Of(times, 50), "0.0"), Number(Percentile.Of(times, 95), "0.0"), Number(Percentile.Of(times, 100), "0.0")];
}
