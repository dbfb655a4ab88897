using System.Buffers;
using System.Text.Json;
using AnyEcg.Alerts;

namespace AnyEcg.Protocol;

/// <summary>The retained rhythm summary of one stream.</summary>
public static class RhythmDocument
{
    public const string ContentType = "application/json";

    /// <summary>Writes the payload.</summary>
    public static void Write(RhythmSummary summary, IBufferWriter<byte> output)
    {
        using Utf8JsonWriter json = new(output, JsonOutput.Options);
        json.WriteStartObject();
        json.WriteString("group"u8, summary.Group);
        json.WriteString("stream"u8, summary.Stream);
        json.WriteString("time"u8, IsoTime.Format(summary.TimeNs));
        json.WriteNumber("epoch"u8, summary.Epoch);
        json.WriteNumber("second"u8, summary.Second);
        json.WriteString("rhythm"u8, summary.Rhythm.WireName());
        json.WriteFinite("score", summary.RhythmScore, 4);
        if (summary.HeartRate is double rate)
            json.WriteFinite("heartRate", rate, 1);
        json.WriteFinite("quality", summary.Quality, 4);
        json.WriteFinite("coverage", summary.Coverage, 4);
        json.WriteFinite("afBurden", summary.AfBurden, 4);
        json.WriteFinite("ventricularPerHour", summary.VentricularPerHour, 2);
        WriteLongTerm(json, summary.LongTerm);
        json.WriteEndObject();
    }

    private static void WriteLongTerm(Utf8JsonWriter json, in LongTermFigures figures)
    {
        json.WriteStartObject("longTerm"u8);
        json.WriteNumber("analysedSeconds"u8, figures.AnalysedSeconds);
        json.WriteNumber("unreadableSeconds"u8, figures.UnreadableSeconds);
        json.WriteNumber("unscoredSeconds"u8, figures.UnscoredSeconds);
        json.WriteNumber("lostSeconds"u8, figures.LostSeconds);
        json.WriteNumber("beats"u8, figures.Beats);
        json.WriteFinite("supraventricularPerHour", figures.SupraventricularPerHour, 2);
        json.WriteNumber("afEpisodes"u8, figures.AfEpisodes);
        if (figures.LongestAf is { } episode)
        {
            WriteStart(json, "longestAf", episode.Start);
            json.WriteNumber("seconds"u8, episode.Seconds);
            json.WriteEndObject();
        }

        json.WriteNumber("ventricularRuns"u8, figures.VentricularRuns);
        if (figures.LongestVentricularRun is { } run)
        {
            WriteStart(json, "longestVentricularRun", run.Start);
            json.WriteNumber("beats"u8, run.Beats);
            json.WriteFinite("rate", run.Rate, 1);
            json.WriteEndObject();
        }

        json.WriteNumber("pauses"u8, figures.Pauses);
        if (figures.LongestPause is { } pause)
        {
            WriteStart(json, "longestPause", pause.Start);
            json.WriteFinite("seconds", pause.Seconds, 2);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteStart(Utf8JsonWriter json, string name, EcgPlace start)
    {
        json.WriteStartObject(name);
        json.WriteString("time"u8, IsoTime.Format(start.TimeNs));
        json.WriteNumber("sample"u8, start.Sample);
    }
}
