using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>The few record-level figures that are published live, all since the epoch began. Definitions: docs/long-term.md.</summary>
public readonly record struct LongTermFigures
{
    public long AnalysedSeconds { get; init; }

    public long UnreadableSeconds { get; init; }

    public long UnscoredSeconds { get; init; }

    public long LostSeconds { get; init; }

    public long Beats { get; init; }

    /// <summary>Supraventricular beats per hour of analysed signal.</summary>
    public double SupraventricularPerHour { get; init; }

    public long AfEpisodes { get; init; }

    /// <summary>Null before an episode has lasted long enough to count.</summary>
    public EpisodeFact? LongestAf { get; init; }

    public long VentricularRuns { get; init; }

    public RunFact? LongestVentricularRun { get; init; }

    public long Pauses { get; init; }

    public PauseFact? LongestPause { get; init; }

    internal static LongTermFigures Of(LongTermTracker tracker, LongTermTotals totals) => new()
    {
        AnalysedSeconds = totals.Analysed,
        UnreadableSeconds = totals.SecondsOf(SecondFate.Unreadable),
        UnscoredSeconds = totals.SecondsOf(SecondFate.Unscored),
        LostSeconds = totals.SecondsOf(SecondFate.Lost),
        Beats = totals.Beats,
        SupraventricularPerHour = totals.PerHour(BeatClass.S) ?? 0,
        AfEpisodes = totals.EpisodesOf(RhythmClass.AtrialFibrillation),
        LongestAf = tracker.LongestEpisode(RhythmClass.AtrialFibrillation),
        VentricularRuns = totals.Ventricular.Runs,
        LongestVentricularRun = tracker.LongestVentricularRun,
        Pauses = totals.Pauses,
        LongestPause = tracker.LongestPause,
    };
}
