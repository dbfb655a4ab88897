using System.Text.Json;
using AnyEcg.Engine;

namespace AnyEcg.Tool;

/// <summary>The benchmark's one stable document.</summary>
internal static class BenchJson
{
    public static void Write(Stream stream, BenchResult result)
    {
        EngineSnapshot after = result.After;
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        result.Network.Write(json);
        json.WriteNumber("streams", result.Streams);
        json.WriteNumber("leads", result.Leads);
        json.WriteNumber("seconds", result.Seconds);
        json.WriteNumber("wallSeconds", Math.Round(result.WallSeconds, 3));
        json.WriteNumber("leadSecondsPerSecond", Math.Round(result.LeadSecondsPerSecond, 1));
        json.WriteNumber("realTimeStreams", Math.Floor(result.RealTimeStreams));
        Quantiles(json, "stepMs", BenchResult.Since(result.Before.StepDuration, after.StepDuration));
        Quantiles(json, "frameToAlertMs", BenchResult.Since(result.Before.FrameToAlert, after.FrameToAlert));
        json.WriteNumber("allocatedBytesPerStep", result.Steps == 0 ? 0 : result.AllocatedBytes / result.Steps);
        json.WriteNumber("residentBytesPerStream", result.ResidentBytes / result.Streams);
        json.WriteNumber("alerts", result.Alerts);
        Floor(json, result);
        json.WriteStartObject("conservation");
        json.WriteNumber("received", after.FramesReceived);
        json.WriteNumber("accepted", after.FramesAccepted);
        json.WriteNumber("rejected", after.FramesRejected);
        json.WriteNumber("duplicate", after.FramesDuplicate);
        json.WriteNumber("pending", after.FramesPending);
        json.WriteNumber("samplesExpected", after.SamplesExpected);
        json.WriteNumber("samplesProcessed", after.SamplesProcessed);
        json.WriteNumber("samplesGap", after.SamplesGap);
        json.WriteNumber("patchesEmitted", after.PatchesEmitted);
        json.WriteNumber("patchesScored", after.PatchesScored);
        json.WriteNumber("patchesSkipped", after.PatchesSkipped);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Floor(Utf8JsonWriter json, BenchResult result)
    {
        if (result.Floor is not { } floor)
        {
            return;
        }

        json.WriteStartObject("floor");
        json.WriteNumber("flopsPerSecond", Math.Round(floor.FlopsPerSecond));
        json.WriteNumber("bytesPerSecond", Math.Round(floor.BytesPerSecond));
        json.WriteNumber("leadSecondsPerSecond", Math.Round(floor.Overlapped * result.Leads, 1));
        json.WriteNumber("share", Math.Round(result.FloorShare, 4));
        json.WriteEndObject();
    }

    private static void Quantiles(Utf8JsonWriter json, string name, HistogramSnapshot histogram)
    {
        json.WriteStartObject(name);
        json.WriteNumber("p50", Math.Round(histogram.Quantile(0.50) * 1000, 3));
        json.WriteNumber("p99", Math.Round(histogram.Quantile(0.99) * 1000, 3));
        json.WriteEndObject();
    }
}
