using System.Globalization;
using System.Text.Json;

namespace AnyEcg.Tool;

/// <summary>What `anyecg bench --runner` measured, and its JSON document.</summary>
internal sealed record RunnerResult
{
    public required BenchNetwork Network { get; init; }

    public required int Streams { get; init; }

    public required int Leads { get; init; }

    public required int Seconds { get; init; }

    /// <summary>Wall time of the measured part, plans included.</summary>
    public required double WallSeconds { get; init; }

    public required long AllocatedBytes { get; init; }

    public required long ResidentBytes { get; init; }

    /// <summary>Durations of the steps, seconds, ascending.</summary>
    public required IReadOnlyList<double> Steps { get; init; }

    /// <summary>Floating-point operations of one second of a stream.</summary>
    public required long Flops { get; init; }

    /// <summary>A token is a second of a lead. By the time of the steps alone.</summary>
    public double TokensPerSecond => (double)Streams * Leads * Seconds / Steps.Sum();

    public double RealTimeStreams => TokensPerSecond / Leads;

    private double StepMs(double percent) => Math.Round(1000 * Percentile.Of(Steps, percent)!.Value, 3);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Network.Preset ?? Network.ModelId} ({Network.Parameters / 1e6:0.#} million parameters) on {Network.Engine}: {TokensPerSecond:0} tokens per second, {TokensPerSecond / Leads * Flops / 1e12:0.###} TFLOP/s, a step {StepMs(50):0.00} ms");

    public void Write(Stream stream)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        Network.Write(json);
        json.WriteNumber("streams", Streams);
        json.WriteNumber("leads", Leads);
        json.WriteNumber("seconds", Seconds);
        json.WriteNumber("wallSeconds", Math.Round(WallSeconds, 3));
        json.WriteNumber("tokensPerSecond", Math.Round(TokensPerSecond, 1));
        json.WriteNumber("leadSecondsPerSecond", Math.Round(TokensPerSecond, 1));
        json.WriteNumber("realTimeStreams", Math.Floor(RealTimeStreams));
        json.WriteNumber("flopsPerSecond", Math.Round(TokensPerSecond / Leads * Flops));
        json.WriteStartObject("stepMs");
        json.WriteNumber("p50", StepMs(50));
        json.WriteNumber("p99", StepMs(99));
        json.WriteEndObject();
        json.WriteNumber("allocatedBytesPerStep", AllocatedBytes / Steps.Count);
        json.WriteNumber("residentBytesPerStream", ResidentBytes / Streams);
        json.WriteEndObject();
    }
}

/// <summary>The network that was measured, and what it ran on.</summary>
/// <param name="Engine">What it ran on.</param>
/// <param name="ModelId">Name and hash.</param>
/// <param name="Preset">The size that was named; null for a model of files.</param>
/// <param name="Parameters">Numbers in its tensors.</param>
internal sealed record BenchNetwork(string Engine, string ModelId, string? Preset, long Parameters)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("engine", Engine);
        json.WriteString("modelId", ModelId);
        json.WriteString("preset", Preset);
        json.WriteNumber("parameters", Parameters);
    }
}
