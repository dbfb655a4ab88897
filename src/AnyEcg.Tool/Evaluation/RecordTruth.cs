using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>What the annotators say of one record, in seconds from its start. Immutable.</summary>
internal sealed record RecordTruth
{
    /// <summary>EC57: the first five minutes are for learning and are not scored.</summary>
    public const double LearningSeconds = 300;

    /// <summary>Scoring begins here.</summary>
    public required double ScoredFrom { get; init; }

    /// <summary>Annotated beats, ascending; null for a record without beat annotations.</summary>
    public IReadOnlyList<TimedBeat>? Beats { get; init; }

    /// <summary>Annotated rhythms, ascending; null for a record without rhythm annotations.</summary>
    public IReadOnlyList<RhythmSpan>? Rhythms { get; init; }

    /// <summary>The five minutes of EC57 for a record twice as long; a shorter one would lose most of itself and is scored whole.</summary>
    public static double DefaultScoredFrom(double seconds) => seconds >= 2 * LearningSeconds ? LearningSeconds : 0;

    /// <summary>From an annotation file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rateHz">Ticks per second of a file that does not state its own.</param>
    /// <param name="seconds">Length of the record.</param>
    /// <exception cref="RecordingFormatException">The file is damaged.</exception>
    public static RecordTruth Read(string path, double rateHz, double seconds)
    {
        (IReadOnlyList<Annotation> annotations, double ownRateHz) = AnnotationReader.ReadAll(path, rateHz);
        return From(annotations, ownRateHz, seconds);
    }

    /// <summary>From the annotations of a record.</summary>
    /// <param name="annotations">Ascending in time.</param>
    /// <param name="rateHz">Ticks per second of the annotations.</param>
    /// <param name="seconds">Length of the record.</param>
    public static RecordTruth From(IReadOnlyList<Annotation> annotations, double rateHz, double seconds)
    {
        List<TimedBeat> beats = [];
        foreach (Annotation annotation in annotations)
        {
            if (AamiClasses.Find(annotation.Code) is { } beat)
            {
                beats.Add(new TimedBeat(annotation.Sample / rateHz, beat));
            }
        }

        List<RhythmSpan> rhythms = [];
        foreach (RhythmInterval interval in RhythmIntervals.From(annotations, (long)(seconds * rateHz)))
        {
            rhythms.Add(new RhythmSpan(new Episode(interval.Start / rateHz, interval.End / rateHz), interval.Rhythm, interval.Label));
        }

        return new RecordTruth
        {
            ScoredFrom = DefaultScoredFrom(seconds),
            Beats = beats.Count > 0 ? beats : null,
            Rhythms = rhythms.Count > 0 ? rhythms : null,
        };
    }

    /// <summary>The annotated episodes of a rhythm, or of any of several.</summary>
    public List<Episode> EpisodesOf(params IReadOnlyList<RhythmClass> rhythms) =>
        Episode.Join((Rhythms ?? []).Where(r => rhythms.Contains(r.Rhythm)).Select(r => r.Episode));
}

/// <summary>One annotated rhythm.</summary>
internal readonly record struct RhythmSpan(Episode Episode, RhythmClass Rhythm, string Label);
