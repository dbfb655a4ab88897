using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>A beat, found or annotated.</summary>
/// <param name="Seconds">From the record's start.</param>
/// <param name="Class">AAMI class.</param>
internal readonly record struct TimedBeat(double Seconds, BeatClass Class);

/// <summary>One alert of a record, from its first to its last transition. Times in seconds from the record's start.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Priority">The highest it had.</param>
/// <param name="OnsetSeconds">Onset of the condition, as last corrected.</param>
/// <param name="DecidedSeconds">The sample with which the rule was first complete.</param>
/// <param name="EndSeconds">End of the condition; null when it held to the end of the record.</param>
internal sealed record RecordAlert(
    AlertKind Kind, AlertPriority Priority, double OnsetSeconds, double DecidedSeconds, double? EndSeconds)
{
    /// <summary>
    /// When it was raised: the arrival of the sample that completed the second judged last. Later than
    /// <see cref="DecidedSeconds"/>, because detectors, filters and whole seconds take their time.
    /// </summary>
    public double RaisedSeconds { get; init; } = DecidedSeconds;
}

/// <summary>What the pipeline made of one record: filled by the runner, read by scoring and the writers.</summary>
internal sealed record RecordResult
{
    public required string Name { get; init; }

    /// <summary>Ticks per second of annotations on it: its sample rate, in WFDB its frame rate.</summary>
    public required double AnnotationRateHz { get; init; }

    /// <summary>What was left out of the record, or is not as it should be with it.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Length of the record.</summary>
    public required double Seconds { get; init; }

    /// <summary>The beats, ascending.</summary>
    public required IReadOnlyList<TimedBeat> Beats { get; init; }

    /// <summary>Element k is the rhythm of [k, k + 1) s; null for a second that was not scored.</summary>
    public required IReadOnlyList<RhythmClass?> Rhythm { get; init; }

    /// <summary>The alerts by time of decision.</summary>
    public required IReadOnlyList<RecordAlert> Alerts { get; init; }

    /// <summary>Probability of being abnormal, the mean over the seconds that could be read; null when none could.</summary>
    public double? Anomaly { get; init; }

    /// <summary>
    /// The label of the record as one strip (<see cref="StripLabels"/>), the most probable one at its last second; null when the
    /// network has no head for it.
    /// </summary>
    public string? Strip { get; init; }

    /// <summary>The runs of consecutive seconds of one rhythm, or of any of several.</summary>
    public List<Episode> EpisodesOf(params IReadOnlyList<RhythmClass> rhythms) =>
        Episode.Join(Rhythm.Select((r, k) => r is { } known && rhythms.Contains(known) ? new Episode(k, Math.Min(k + 1, Seconds)) : default));

    /// <summary>How many seconds of the record had that rhythm.</summary>
    public int SecondsOf(RhythmClass? rhythm) => Rhythm.Count(r => r == rhythm);
}
