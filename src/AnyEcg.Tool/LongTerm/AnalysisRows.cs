using System.Globalization;
using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>A line of the summary for a person.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Value">Its figure; "-" where there is none.</param>
/// <param name="Needs">What the reader must have judged for it.</param>
internal sealed record AnalysisRow(string Label, Func<LongTermSummary, string> Value, AnalysisNeed Needs);

internal enum AnalysisNeed
{
    Nothing,
    Beats,
    Rhythm,
}

/// <summary>
/// The summary as rows of text, the same for the console and Markdown. Definitions: docs/long-term.md. Longer than most files
/// because it is a table.
/// </summary>
internal static class AnalysisRows
{
    private const string None = "-";

    public static IReadOnlyList<AnalysisRow> All { get; } =
    [
        Of("span (h:mm:ss)", s => Clock(s.Totals.Span)),
        Of("analysed", s => Part(s.Totals.Analysed, s.Totals.Span)),
        Of("unreadable / unscored / lost", s => string.Join(" / ", new[] { SecondFate.Unreadable, SecondFate.Unscored, SecondFate.Lost }.Select(f => Clock(s.Totals.SecondsOf(f))))),
        Of("analysed, but doubtful", s => Part(s.Totals.Doubtful, s.Totals.Analysed)),
        OfBeats("beats", s => Whole(s.Totals.Beats)),
        OfBeats("N / S / V / F / Q", s => string.Join(" / ", Enum.GetValues<BeatClass>().Select(c => Whole(s.Totals.BeatsOf(c))))),
        OfBeats("heart rate, mean (1/min)", s => Number(s.Totals.MeanRate, 1)),
        OfBeats("lowest over 8 intervals", s => Rate(s.SlowestRate)),
        OfBeats("highest over 8 intervals", s => Rate(s.FastestRate)),
        OfBeats("pauses; of 3 s and more", s => $"{Whole(s.Totals.Pauses)}; {Whole(s.Totals.LongPauses)}"),
        OfBeats("longest pause", s => s.LongestPause is { } p ? Text($"{p.Seconds:0.00} s at {At(p.Start)}") : None),
        OfBeats("V per hour; share of beats", s => Ectopy(s, BeatClass.V)),
        OfBeats("V couplets / runs / of these fast", s => Runs(s.Totals.Ventricular)),
        OfBeats("longest V run", s => Run(s.LongestVentricularRun)),
        OfBeats("fastest V run", s => Run(s.FastestVentricularRun)),
        OfBeats("ventricular bigeminy", s => Clock(s.Totals.BigeminySamples / PatchSecond.ModelRateHz)),
        OfBeats("ventricular trigeminy", s => Clock(s.Totals.TrigeminySamples / PatchSecond.ModelRateHz)),
        OfBeats("S per hour; share of beats", s => Ectopy(s, BeatClass.S)),
        OfBeats("S couplets / runs / of these fast", s => Runs(s.Totals.Supraventricular)),
        OfBeats("longest S run", s => Run(s.LongestSupraventricularRun)),
        OfBeats("fastest S run", s => Run(s.FastestSupraventricularRun)),
        .. Episodes("atrial fibrillation", RhythmClass.AtrialFibrillation),
        .. Episodes("atrial flutter", RhythmClass.AtrialFlutter),
        .. Episodes("supraventricular tachycardia", RhythmClass.SupraventricularTachycardia),
        .. Episodes("ventricular tachycardia", RhythmClass.VentricularTachycardia),
        .. Episodes("ventricular fibrillation", RhythmClass.VentricularFibrillation),
        OfRhythm("paced", s => Part(s.Totals.SecondsOf(RhythmClass.Paced), s.Totals.Analysed)),
        Of("mean anomaly; mean surprise (nats)", s => $"{Number(s.Totals.MeanAnomaly, 3)}; {Number(s.Totals.MeanSurprise, 2)}"),
    ];

    /// <summary>Headings of the table by the hour.</summary>
    public static IReadOnlyList<string> HourHeadings { get; } =
        ["hour", "analysed min", "beats", "rate", "lowest", "highest", "V", "V runs", "S", "S runs", "pauses", "AF min", "VT/VF s"];

    public static string[] Hour(HourRow row)
    {
        LongTermTotals t = row.Totals;
        return
        [
            Whole(row.Hour), Minutes(t.Analysed), Whole(t.Beats), Number(t.MeanRate, 0), Number(t.MinRate, 0), Number(t.MaxRate, 0),
            Whole(t.BeatsOf(BeatClass.V)), Whole(t.Ventricular.Runs), Whole(t.BeatsOf(BeatClass.S)), Whole(t.Supraventricular.Runs), Whole(t.Pauses),
            Minutes(t.SecondsOf(RhythmClass.AtrialFibrillation)),
            Whole(t.SecondsOf(RhythmClass.VentricularTachycardia) + t.SecondsOf(RhythmClass.VentricularFibrillation)),
        ];
    }

    public static string ValueOf(AnalysisRow row, AnalysisColumn column) => row.Needs switch
    {
        AnalysisNeed.Beats when !column.HasBeats => None,
        AnalysisNeed.Rhythm when !column.HasRhythm => None,
        _ => row.Value(column.Summary),
    };

    /// <summary>Hours, minutes and seconds; hours go on beyond a day.</summary>
    public static string Clock(long seconds) => Text($"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}");

    private static AnalysisRow Of(string label, Func<LongTermSummary, string> value) => new(label, value, AnalysisNeed.Nothing);

    private static AnalysisRow OfBeats(string label, Func<LongTermSummary, string> value) => new(label, value, AnalysisNeed.Beats);

    private static AnalysisRow OfRhythm(string label, Func<LongTermSummary, string> value) => new(label, value, AnalysisNeed.Rhythm);

    private static AnalysisRow[] Episodes(string name, RhythmClass rhythm) =>
    [
        OfRhythm($"{name}, burden", s => Part(s.Totals.SecondsOf(rhythm), s.Totals.Analysed)),
        OfRhythm($"{name}, episodes", s => s.LongestEpisodes.TryGetValue(rhythm, out EpisodeFact longest)
            ? Text($"{s.Totals.EpisodesOf(rhythm)}; longest {Clock(longest.Seconds)} at {At(longest.Start)}")
            : Whole(s.Totals.EpisodesOf(rhythm))),
    ];

    private static string Ectopy(LongTermSummary s, BeatClass beat) =>
        $"{Number(s.Totals.PerHour(beat), 1)}; {(s.Totals.ShareOf(beat) is { } share ? Text($"{100 * share:0.00} %") : None)}";

    private static string Runs(RunTotals runs) => Text($"{runs.Couplets} / {runs.Runs} / {runs.FastRuns}");

    private static string Run(RunFact? run) => run is { } r ? Text($"{r.Beats} beats, {r.Rate:0}/min at {At(r.Start)}") : None;

    private static string Rate(RateFact? rate) => rate is { } r ? Text($"{r.Rate:0.0} at {At(r.Start)}") : None;

    private static string Part(long seconds, long whole) => whole > 0 ? Text($"{Clock(seconds)} ({100.0 * seconds / whole:0.00} %)") : None;

    private static string At(EcgPlace place) => Clock(Math.Max(0, place.Sample) / PatchSecond.ModelRateHz);

    private static string Minutes(long seconds) => Text($"{seconds / 60.0:0.0}");

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double? value, int decimals) => value?.ToString("F" + decimals, CultureInfo.InvariantCulture) ?? None;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
