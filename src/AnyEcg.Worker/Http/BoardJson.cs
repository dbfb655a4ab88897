using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>The board as JSON for the page: a page of streams, gravest open alert first, and the newest transitions.</summary>
internal sealed class BoardJson(StreamBoard board, string workerId, TimeProvider time)
{
    /// <summary>A stream without a new second for so long is shown as stale.</summary>
    private const long StaleNs = 10_000_000_000;

    /// <param name="output">Where the document goes.</param>
    /// <param name="skip">Streams to leave out from the start of the order.</param>
    /// <param name="limit">Most streams.</param>
    /// <param name="traceSeconds">Seconds of trace of each, 0 to <see cref="StreamBoard.TraceSeconds"/>.</param>
    public void Write(Stream output, int skip, int limit, int traceSeconds)
    {
        var ordered = board.Entries.Select(e => (e.Key, Entry: e.Value, Open: e.Value.Open()))
            .OrderByDescending(e => e.Open.Count == 0 ? -1 : (int)e.Open[0].Priority)
            .ThenBy(e => e.Key.Group, StringComparer.Ordinal).ThenBy(e => e.Key.Stream, StringComparer.Ordinal).ToList();
        using Utf8JsonWriter json = new(output);
        json.WriteStartObject();
        json.WriteString("worker"u8, workerId);
        json.WriteNumber("total"u8, ordered.Count);
        json.WriteNumber("openAlerts"u8, ordered.Sum(e => e.Open.Count));
        json.WriteStartArray("streams"u8);
        foreach ((StreamKey key, BoardEntry entry, List<AlertTransition> open) in ordered.Skip(skip).Take(limit))
        {
            WriteStream(json, key, entry, open, traceSeconds);
        }

        json.WriteEndArray();
        json.WriteStartArray("alerts"u8);
        foreach (AlertTransition alert in board.Transitions.Take(30))
        {
            WriteAlert(json, alert);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteStream(Utf8JsonWriter json, StreamKey key, BoardEntry entry, List<AlertTransition> open, int traceSeconds)
    {
        RhythmSummary? rhythm = entry.Rhythm;
        json.WriteStartObject();
        json.WriteString("group"u8, key.Group);
        json.WriteString("stream"u8, key.Stream);
        json.WriteString("rhythm"u8, rhythm?.Rhythm.WireName() ?? "waiting");
        if (rhythm?.HeartRate is { } rate)
        {
            json.WriteNumber("heartRate"u8, Math.Round(rate, 1));
        }

        json.WriteNumber("quality"u8, Math.Round(rhythm?.Quality ?? 0, 3));
        json.WriteNumber("coverage"u8, Math.Round(rhythm?.Coverage ?? 0, 3));
        if (rhythm is not null)
        {
            WriteLongTerm(json, rhythm);
        }

        json.WriteBoolean("stale"u8, time.NowNs() - entry.LastNs > StaleNs);
        if (entry.LastNs > 0)
        {
            json.WriteString("secondTime"u8, IsoTime.Format(entry.LastStartNs));
            json.WriteString("receivedTime"u8, IsoTime.Format(entry.LastNs));
        }

        json.WriteStartArray("open"u8);
        open.ForEach(alert => WriteAlert(json, alert));
        json.WriteEndArray();
        json.WriteStartArray("strip"u8);
        foreach (TraceSecond second in entry.Trace(traceSeconds))
        {
            WriteTrace(json, second);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>What the epoch has brought so far.</summary>
    private static void WriteLongTerm(Utf8JsonWriter json, RhythmSummary rhythm)
    {
        json.WriteNumber("analysedSeconds"u8, rhythm.LongTerm.AnalysedSeconds);
        json.WriteNumber("afBurden"u8, Math.Round(rhythm.AfBurden, 4));
        json.WriteNumber("ventricularPerHour"u8, Math.Round(rhythm.VentricularPerHour, 1));
        json.WriteNumber("supraventricularPerHour"u8, Math.Round(rhythm.LongTerm.SupraventricularPerHour, 1));
        if (rhythm.LongTerm.LongestPause is { } pause)
        {
            json.WriteNumber("longestPauseSeconds"u8, Math.Round(pause.Seconds, 2));
        }
    }

    private static void WriteTrace(Utf8JsonWriter json, TraceSecond second)
    {
        json.WriteStartObject();
        json.WriteNumber("second"u8, second.Second);
        if (second.Microvolts is { } samples)
        {
            json.WriteStartArray("microvolts"u8);
            foreach (short sample in samples)
            {
                json.WriteNumberValue(sample);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteAlert(Utf8JsonWriter json, AlertTransition alert)
    {
        json.WriteStartObject();
        json.WriteString("group"u8, alert.Group);
        json.WriteString("stream"u8, alert.Stream);
        json.WriteString("alertId"u8, alert.AlertId);
        json.WriteString("kind"u8, alert.Kind.WireName());
        json.WriteString("signal"u8, alert.Signal.WireName());
        json.WriteString("priority"u8, alert.Priority.WireName());
        json.WriteString("phase"u8, alert.Phase.WireName());
        json.WriteString("time"u8, IsoTime.Format(AlertDocument.EventNs(alert)));
        json.WriteString("limit"u8, alert.Limit);
        if (alert.Action is { Operator: { } who } action)
        {
            json.WriteString("action"u8, action.Kind.WireName());
            json.WriteString("operator"u8, who);
        }

        if (alert.Value is { } value)
        {
            json.WriteNumber("value"u8, Math.Round(value, 1));
        }

        json.WriteEndObject();
    }
}
