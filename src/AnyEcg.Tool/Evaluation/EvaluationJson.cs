using System.Text.Json;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// The report as one JSON document whose keys users' scripts rely on. A figure that is not defined (nothing to find, nothing
/// found) is null. "gross" adds up counts over the records; "average" is the mean of the records' own figures, each record
/// counting once, over the records where the figure is defined.
/// </summary>
internal static class EvaluationJson
{
    public static void Write(Stream stream, EvaluationReport report)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("modelId", report.ModelId);
        json.WriteStartArray("records");
        foreach (EvaluatedRecord record in report.Records)
        {
            WriteRecord(json, record);
        }

        json.WriteEndArray();
        WriteSummary(json, "gross", [report.Gross], report);
        WriteSummary(json, "average", report.Scores, report);
        json.WriteEndObject();
    }

    private static void WriteRecord(Utf8JsonWriter json, EvaluatedRecord record)
    {
        json.WriteStartObject();
        json.WriteString("name", record.Result.Name);
        Figure(json, "seconds", record.Result.Seconds);
        RecordScore[] scores = record.Score is null ? [] : [record.Score];
        WriteBeats(json, scores);
        WriteEpisodes(json, scores);
        WriteAlerts(json, record.Result);
        json.WriteStartObject("rhythmSeconds");
        foreach (RhythmClass rhythm in Enum.GetValues<RhythmClass>())
        {
            json.WriteNumber(RhythmKeys.Of(rhythm), record.Result.SecondsOf(rhythm));
        }

        json.WriteNumber("unscored", record.Result.SecondsOf(null));
        json.WriteEndObject();
        json.WriteString("cinc2017", Cinc2017.Call(record.Result));
        if (record.Cinc2017Label is { } label)
        {
            json.WriteString("cinc2017Label", label);
        }

        WriteAlertFigures(json, scores);
        json.WriteEndObject();
    }

    private static void WriteAlerts(Utf8JsonWriter json, RecordResult result)
    {
        json.WriteStartArray("alerts");
        foreach (RecordAlert alert in result.Alerts)
        {
            json.WriteStartObject();
            json.WriteString("kind", alert.Kind.WireName());
            json.WriteString("priority", alert.Priority.WireName());
            Figure(json, "onsetSeconds", alert.OnsetSeconds);
            Figure(json, "decidedSeconds", alert.DecidedSeconds);
            Figure(json, "raisedSeconds", alert.RaisedSeconds);
            Figure(json, "endSeconds", alert.EndSeconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>One score gives its figures, several give their means.</summary>
    private static void WriteSummary(Utf8JsonWriter json, string name, IReadOnlyList<RecordScore> scores, EvaluationReport report)
    {
        json.WriteStartObject(name);
        json.WriteNumber("records", report.Scores.Count);
        WriteBeats(json, scores);
        WriteEpisodes(json, scores);
        WriteAlertFigures(json, scores);
        if (report.Cinc2017Calls.Count > 0)
        {
            Figure(json, "cinc2017F1", Cinc2017.Score(report.Cinc2017Calls));
        }

        json.WriteEndObject();
    }

    private static void WriteBeats(Utf8JsonWriter json, IReadOnlyList<RecordScore> scores)
    {
        BeatScore[] beats = [.. scores.Select(s => s.Beats).OfType<BeatScore>()];
        if (beats.Length == 0)
        {
            json.WriteNull("beats");
            return;
        }

        json.WriteStartObject("beats");
        WriteTally(json, "qrs", [.. beats.Select(b => b.Qrs)]);
        WriteTally(json, "v", [.. beats.Select(b => b.V)]);
        WriteTally(json, "s", [.. beats.Select(b => b.S)]);
        WriteTally(json, "f", [.. beats.Select(b => b.F)]);
        json.WriteEndObject();
    }

    private static void WriteTally(Utf8JsonWriter json, string name, IReadOnlyList<Tally> tallies)
    {
        json.WriteStartObject(name);
        Figure(json, "tp", tallies.Average(t => t.Tp));
        Figure(json, "fn", tallies.Average(t => t.Fn));
        Figure(json, "fp", tallies.Average(t => t.Fp));
        Figure(json, "se", tallies.Average(t => t.Se));
        Figure(json, "ppv", tallies.Average(t => t.Ppv));
        json.WriteEndObject();
    }

    private static void WriteEpisodes(Utf8JsonWriter json, IReadOnlyList<RecordScore> scores)
    {
        json.WriteStartObject("episodes");
        WriteEpisode(json, "af", [.. scores.Select(s => s.Af).OfType<EpisodeScore>()]);
        WriteEpisode(json, "vt", [.. scores.Select(s => s.Vt).OfType<EpisodeScore>()]);
        WriteEpisode(json, "vf", [.. scores.Select(s => s.Vf).OfType<EpisodeScore>()]);
        json.WriteEndObject();
    }

    private static void WriteEpisode(Utf8JsonWriter json, string name, IReadOnlyList<EpisodeScore> scores)
    {
        json.WriteStartObject(name);
        Figure(json, "episodeSe", scores.Average(s => s.EpisodeSe));
        Figure(json, "episodePpv", scores.Average(s => s.EpisodePpv));
        Figure(json, "durationSe", scores.Average(s => s.DurationSe));
        Figure(json, "durationPpv", scores.Average(s => s.DurationPpv));
        json.WriteNumber("annotated", scores.Sum(s => s.Annotated));
        json.WriteNumber("found", scores.Sum(s => s.Found));
        Figure(json, "annotatedSeconds", scores.Sum(s => s.AnnotatedSeconds));
        Figure(json, "foundSeconds", scores.Sum(s => s.FoundSeconds));
        json.WriteEndObject();
    }

    private static void WriteAlertFigures(Utf8JsonWriter json, IReadOnlyList<RecordScore> scores)
    {
        AlertScore[] alerts = [.. scores.Select(s => s.Alerts)];
        Figure(json, "falseHighAlertsPerDay", alerts.Average(a => a.FalseHighPerDay));
        json.WriteStartObject("highAlerts");
        json.WriteNumber("true", alerts.Sum(a => a.HighTrue));
        json.WriteNumber("false", alerts.Sum(a => a.HighFalse));
        json.WriteNumber("unjudged", alerts.Sum(a => a.HighUnjudged));
        json.WriteNumber("eventsMissed", alerts.Sum(a => a.EventsMissed));
        json.WriteEndObject();
        json.WriteStartObject("timeToAlertSeconds");
        Figure(json, "p50", alerts.Average(a => Percentile.Of(a.TimeToAlert, 50)));
        Figure(json, "p95", alerts.Average(a => Percentile.Of(a.TimeToAlert, 95)));
        json.WriteEndObject();
    }

    /// <summary>A microsecond, or a millionth, is the last digit: the same run gives the same text on every machine.</summary>
    private static void Figure(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, Math.Round(number, 6));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
