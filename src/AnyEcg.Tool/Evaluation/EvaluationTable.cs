using System.Globalization;
using AnyEcg.Alerts;

namespace AnyEcg.Tool;

/// <summary>The report for a person: a line a record and the gross figures.</summary>
internal static class EvaluationTable
{
    public static void Write(TextWriter output, EvaluationReport report)
    {
        foreach (EvaluatedRecord record in report.Records.Where(_ => report.Records.Count <= 60))
        {
            output.WriteLine(Line(record.Result.Name, record.Score, record.Result.Alerts.Count(a => a.Priority == AlertPriority.High)));
        }

        if (report.Scores.Count > 0)
        {
            output.WriteLine(Line("gross", report.Gross, report.Records.Sum(r => r.Result.Alerts.Count(a => a.Priority == AlertPriority.High))));
        }

        if (report.Cinc2017Calls.Count > 0)
        {
            output.WriteLine($"CinC 2017: mean F1 {Figure(Cinc2017.Score(report.Cinc2017Calls))} over {report.Cinc2017Calls.Count} records");
        }

        output.WriteLine($"{report.Records.Count} records, model {report.ModelId}");
    }

    private static string Line(string name, RecordScore? score, int high) =>
        $"{name,-12} QRS {Pair(score?.Beats?.Qrs)}  V {Pair(score?.Beats?.V)}  S {Pair(score?.Beats?.S)}"
        + $"  AF {Pair(score?.Af)}  VT {Pair(score?.Vt)}  VF {Pair(score?.Vf)}  high alerts {high} ({score?.Alerts.HighFalse.ToString(CultureInfo.InvariantCulture) ?? "-"} false)";

    private static string Pair(Tally? tally) => $"{Figure(tally?.Se)}/{Figure(tally?.Ppv)}";

    private static string Pair(EpisodeScore? score) => $"{Figure(score?.DurationSe)}/{Figure(score?.DurationPpv)}";

    private static string Figure(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "  -  ";
}
