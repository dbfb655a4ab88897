using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>Folds what the engine says of one record, second by second, and keeps nothing else of it. Engine thread only.</summary>
internal sealed class LongTermCollector(AlertSettings settings, int hourRows) : IEngineOutput
{
    private readonly int[] alerts = new int[AlertKindTable.Rows.Length];

    public LongTermTracker Tracker { get; } = new(settings, hourRows);

    public void Alert(AlertTransition transition) => alerts[(int)transition.Kind] += transition.Phase == AlertPhase.Start ? 1 : 0;

    public void Rhythm(RhythmSummary summary)
    {
        // Per-second results say it all.
    }

    public void Result(StreamKey key, PatchSecond patch, SecondObservation observation) => Tracker.Observe(observation);

    public void FrameDone(in EngineInput input, FrameOutcome outcome)
    {
        // The caller reuses its frame after the turn.
    }

    /// <summary>How many alerts of each kind were raised, gravest first; kinds without one are left out.</summary>
    public IReadOnlyList<(AlertKindRow Kind, int Count)> Alerts() =>
        [.. AlertKindTable.Rows.Select(row => (row, alerts[(int)row.Kind])).Where(a => a.Item2 > 0).OrderByDescending(a => a.row.Priority)];
}
