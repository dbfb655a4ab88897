using System.Globalization;

namespace AnyEcg.Tool;

/// <summary>The report on a terminal: for each condition a line a record and the gross figures.</summary>
internal static class EvaluationTable
{
    private const int MostRecords = 60;

    public static void Write(TextWriter output, EvaluationReport report)
    {
        foreach (Condition condition in report.Conditions)
        {
            if (report.Conditions.Count > 1)
            {
                output.WriteLine(condition.SnrDb is null ? "without added noise" : $"in noise at {condition.Name} dB");
            }

            Write(output, condition);
        }

        output.WriteLine($"{(report.Conditions.Count == 0 ? 0 : report.Conditions[0].Records.Count)} records, model {report.Header.ModelId}");
    }

    private static void Write(TextWriter output, Condition condition)
    {
        foreach (RecordScore record in condition.Records.Where(_ => condition.Records.Count <= MostRecords))
        {
            output.WriteLine(Line(record.Name, record));
        }

        if (condition.Records.Any(r => r.Beats is not null || r.Episodes is not null))
        {
            output.WriteLine(Line("gross", condition.All.Gross));
        }

        foreach ((string name, Summary subset) in condition.Subsets)
        {
            output.WriteLine(Line(name, subset.Gross));
        }

        if (condition.All.Figures.GetValueOrDefault("cinc2017F1") is { Gross: not null } f1)
        {
            output.WriteLine($"CinC 2017: mean F1 {Figure(f1.Gross)} over {condition.Records.Count(r => r.Label is not null)} records");
        }

        if (condition.All.Gross.Asystole is { } asystole)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"simulated asystole: {asystole.Stretches.Count(s => s.Found)} of {asystole.Stretches.Count} found, {asystole.FalseAlerts} false alerts"));
        }
    }

    private static string Line(string name, Scores scores) =>
        $"{name,-12} QRS {Pair(scores.Beats?.Qrs)}  V {Pair(scores.Beats?.V)}  S {Pair(scores.Beats?.S)}"
        + $"  AF {Pair(scores, "af")}  VT {Pair(scores, "vt")}  VF {Pair(scores, "vf")}  {Alerts(scores)}";

    private static string Alerts(Scores scores)
    {
        AlertScore alerts = scores.AlertScore;
        string wrong = alerts.ScoredSeconds > 0 ? alerts.HighFalse.ToString(CultureInfo.InvariantCulture) : "-";
        return string.Create(CultureInfo.InvariantCulture, $"high alerts {alerts.HighTrue + alerts.HighFalse + alerts.HighUnjudged} ({wrong} false)");
    }

    private static string Pair(Tally? tally) => $"{Figure(tally?.Se)}/{Figure(tally?.Ppv)}";

    private static string Pair(Scores scores, string rhythm) =>
        scores.Episodes?.GetValueOrDefault(rhythm) is { } score ? $"{Figure(score.DurationSe)}/{Figure(score.DurationPpv)}" : "  -  /  -  ";

    private static string Figure(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "  -  ";
}
