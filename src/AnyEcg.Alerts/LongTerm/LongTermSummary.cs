using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// The record-level figures of one epoch of a stream up to a second: what a Holter report says. Definitions and their sources:
/// docs/long-term.md. A copy: it stays as it is.
/// </summary>
public sealed record LongTermSummary
{
    public required uint Epoch { get; init; }

    public required LongTermTotals Totals { get; init; }

    /// <summary>The latest hours, ascending, the running one last; empty where none are kept.</summary>
    public required IReadOnlyList<HourRow> Hours { get; init; }

    public RateFact? SlowestRate { get; init; }

    public RateFact? FastestRate { get; init; }

    public PauseFact? LongestPause { get; init; }

    public RunFact? LongestVentricularRun { get; init; }

    public RunFact? FastestVentricularRun { get; init; }

    public RunFact? LongestSupraventricularRun { get; init; }

    public RunFact? FastestSupraventricularRun { get; init; }

    /// <summary>The longest episode of each rhythm that had one.</summary>
    public required IReadOnlyDictionary<RhythmClass, EpisodeFact> LongestEpisodes { get; init; }
}
