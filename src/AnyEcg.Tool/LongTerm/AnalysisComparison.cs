using System.Globalization;
using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// Several analysed records against their annotations: the figures of each, found and annotated, and at the end how far the two lie apart
/// in the mean over the records. A figure that the annotators say nothing of is "-" and stays out of the mean.
/// </summary>
internal static class AnalysisComparison
{
    private static readonly (string Heading, AnalysisNeed Needs, int Decimals, Func<LongTermTotals, double?> Value)[] Figures =
    [
        ("AF burden %", AnalysisNeed.Rhythm, 2, t => 100 * t.Burden(RhythmClass.AtrialFibrillation)),
        ("VT and VF s", AnalysisNeed.Rhythm, 0, t => t.SecondsOf(RhythmClass.VentricularTachycardia) + t.SecondsOf(RhythmClass.VentricularFibrillation)),
        ("V/h", AnalysisNeed.Beats, 1, t => t.PerHour(BeatClass.V)),
        ("V runs", AnalysisNeed.Beats, 0, t => t.Ventricular.Runs),
        ("S/h", AnalysisNeed.Beats, 1, t => t.PerHour(BeatClass.S)),
        ("pauses", AnalysisNeed.Beats, 0, t => t.Pauses),
        ("rate /min", AnalysisNeed.Beats, 1, t => t.MeanRate),
    ];

    public static IReadOnlyList<string> Headings { get; } = ["record", .. Figures.Select(f => $"{f.Heading} (annotated)")];

    /// <summary>Rows under <see cref="Headings"/>; none for fewer than two records with annotations.</summary>
    public static IReadOnlyList<string[]> Rows(IEnumerable<Analysis> analyses)
    {
        List<Analysis> annotated = [.. analyses.Where(a => a.Annotated is not null)];
        if (annotated.Count < 2)
            return [];
        return
        [
            .. annotated.Select(a => (string[])[a.Name, .. Figures.Select((f, i) => $"{Text(Of(i, a.Found), f.Decimals)} ({Text(Of(i, a.Annotated!), f.Decimals)})")]),
            ["mean difference", .. Figures.Select((f, i) => Text(MeanDifference(annotated, i), f.Decimals + 1))],
        ];
    }

    /// <summary>Mean over the records of the absolute difference; null where no record has both.</summary>
    private static double? MeanDifference(List<Analysis> analyses, int figure) =>
        analyses.Average(a => Of(figure, a.Found) is { } found && Of(figure, a.Annotated!) is { } truth ? Math.Abs(found - truth) : (double?)null);

    private static double? Of(int figure, AnalysisColumn column) => Figures[figure].Needs switch
    {
        AnalysisNeed.Beats when !column.HasBeats => null,
        AnalysisNeed.Rhythm when !column.HasRhythm => null,
        _ => Figures[figure].Value(column.Summary.Totals),
    };

    private static string Text(double? value, int decimals) => value?.ToString("F" + decimals, CultureInfo.InvariantCulture) ?? "-";
}
