using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>What is published on the rhythm topic every few seconds: the state of one stream.</summary>
public sealed record RhythmSummary
{
    public required string Group { get; init; }

    public required string Stream { get; init; }

    public required uint Epoch { get; init; }

    /// <summary>Last second of the epoch that this summary covers.</summary>
    public required long Second { get; init; }

    /// <summary>End of that second on our clock, nanoseconds since the Unix epoch.</summary>
    public required long TimeNs { get; init; }

    public required RhythmClass Rhythm { get; init; }

    /// <summary>Probability of <see cref="Rhythm"/>, averaged over the summary's seconds.</summary>
    public required double RhythmScore { get; init; }

    /// <summary>Beats per minute over the last ten seconds; null with fewer than two beats.</summary>
    public double? HeartRate { get; init; }

    /// <summary>Share of lead-seconds present and not doubtful, 0 to 1.</summary>
    public required double Quality { get; init; }

    /// <summary>Share of expected samples that arrived, 0 to 1.</summary>
    public required double Coverage { get; init; }

    /// <summary>Share of the analysed seconds since the epoch began that were atrial fibrillation.</summary>
    public required double AfBurden { get; init; }

    /// <summary>Ventricular beats per hour of analysed signal, since the epoch began.</summary>
    public required double VentricularPerHour { get; init; }

    /// <summary>More of what the epoch has brought so far.</summary>
    public required LongTermFigures LongTerm { get; init; }
}
