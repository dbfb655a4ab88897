using AnyEcg.Engine;

namespace AnyEcg.Tool;

/// <summary>What `anyecg bench` measured.</summary>
internal sealed record BenchResult
{
    public required BenchNetwork Network { get; init; }

    public required int Streams { get; init; }

    public required int Leads { get; init; }

    public required int Seconds { get; init; }

    /// <summary>Wall time of the measured part.</summary>
    public required double WallSeconds { get; init; }

    public required long AllocatedBytes { get; init; }

    public required long ResidentBytes { get; init; }

    public required int Alerts { get; init; }

    /// <summary>What the machine allows of the network, a second of a stream at a time; null when it was not asked for.</summary>
    public NetworkFloor? Floor { get; init; }

    /// <summary>Counters at the end of the warm-up, to be left out.</summary>
    public required EngineSnapshot Before { get; init; }

    public required EngineSnapshot After { get; init; }

    public double LeadSecondsPerSecond => (After.PatchesScored - Before.PatchesScored) / WallSeconds;

    public double RealTimeStreams => LeadSecondsPerSecond / Leads;

    /// <summary>What the whole pipeline reaches of what the network alone could.</summary>
    public double FloorShare => Floor is null ? double.NaN : RealTimeStreams / Floor.Overlapped;

    public long Steps => After.Steps - Before.Steps;

    /// <summary>Durations since the warm-up.</summary>
    public static HistogramSnapshot Since(HistogramSnapshot before, HistogramSnapshot after) => after with
    {
        Counts = [.. after.Counts.Zip(before.Counts, (a, b) => a - b)],
        SumSeconds = after.SumSeconds - before.SumSeconds,
    };
}
