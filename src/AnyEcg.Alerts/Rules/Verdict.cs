namespace AnyEcg.Alerts;

/// <summary>What a rule says of one second.</summary>
internal enum Reading : byte
{
    /// <summary>Nothing can be said: the second cannot be read.</summary>
    Unknown,

    /// <summary>Below the offset threshold.</summary>
    Absent,

    /// <summary>Between the thresholds.</summary>
    Unclear,

    /// <summary>At or above the onset threshold: counts towards the n of m seconds.</summary>
    Present,

    /// <summary>The rule is complete by itself: starts without the n of m seconds.</summary>
    Complete,
}

/// <summary>Why a second that spoke for an alert was not taken at its word.</summary>
internal enum Withheld : byte
{
    No,

    /// <summary>It could not be read with confidence.</summary>
    Quality,

    /// <summary>The network named a tachycardia, but both detectors counted a slower rate.</summary>
    Rate,
}

/// <summary>A rule's reading of one second with its evidence.</summary>
/// <param name="Onset">First sample of the condition; only of a complete rule.</param>
/// <param name="Decided">The sample that completed the rule; only of a complete rule.</param>
/// <param name="Until">First sample after the part known to hold.</param>
internal readonly record struct Verdict(Reading Reading, long Onset, long Decided, long Until)
{
    public double Score { get; init; } = 1;

    public double? Value { get; init; }

    public bool Doubtful { get; init; }

    /// <summary>Only one of the two detectors crossed the limit.</summary>
    public bool Disagree { get; init; }

    public Withheld Withheld { get; init; }

    public bool Holds => Reading >= Reading.Present;

    public static Verdict Unknown => new(Reading.Unknown, 0, 0, 0);

    public static Verdict Absent => new(Reading.Absent, 0, 0, 0);

    public static Verdict Unclear => new(Reading.Unclear, 0, 0, 0);

    /// <summary>The second of the reading counts; onset and decision follow from the n of m.</summary>
    public static Verdict Present(StreamReading reading, double score) =>
        new(Reading.Present, 0, 0, reading.End) { Score = score, Doubtful = reading.Doubtful };

    public static Verdict Complete(long onset, long decided, long until) => new(Reading.Complete, onset, decided, until);
}
