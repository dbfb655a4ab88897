using static AnyEcg.Tool.MarkdownText;

namespace AnyEcg.Tool;

/// <summary>A line for every record.</summary>
internal static class MarkdownRecords
{
    public static void Write(TextWriter output, IReadOnlyList<RecordScore> records)
    {
        Heading(output, 3, "Each record");
        Table(
            output,
            ["record", "scored s", "QRS", "V", "S", "AF seconds", "VT + VF, duration", "high alerts right / wrong / open", "misses", "call (label)", "anomaly", "noise"],
            records.Select(Row));
    }

    private static IReadOnlyList<string> Row(RecordScore record)
    {
        SecondScore? af = record.RhythmMatrix?.Of(Signal.RhythmClass.AtrialFibrillation);
        EpisodeScore? grave = record.Episodes?.GetValueOrDefault(RhythmKeys.Ventricular);
        AlertScore alerts = record.AlertScore;
        return
        [
            record.Name, Number(record.Seconds - record.ScoredFrom, "0"), Pair(record.Beats?.Qrs), Pair(record.Beats?.V), Pair(record.Beats?.S),
            MarkdownText.Pair(af?.Se, af?.Ppv), MarkdownText.Pair(grave?.DurationSe, grave?.DurationPpv),
            $"{Count(alerts.HighTrue)} / {Count(alerts.HighFalse)} / {Count(alerts.HighUnjudged)}", Count(alerts.EventsMissed),
            record.Label is { } label ? $"{record.Call} ({label})" : record.Call, Number(record.Anomaly, "0.000"), record.Noise ?? Missing,
        ];
    }

    private static string Pair(Tally? tally) => MarkdownText.Pair(tally?.Se, tally?.Ppv);
}
