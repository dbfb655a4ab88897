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
        json.WriteEndObject();
    }
}
