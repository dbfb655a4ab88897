using System.Globalization;

namespace AnyEcg.Alerts;

/// <summary>All that is fixed or set by default for one kind of alert: a row of <see cref="AlertKindTable"/>. Immutable.</summary>
public sealed record AlertKindRow
{
    public required AlertKind Kind { get; init; }

    /// <summary>Name on the wire: kebab-case, never changed once released.</summary>
    public required string Name { get; init; }

    /// <summary>Name for a person.</summary>
    public required string Title { get; init; }

    public AlertType Type { get; init; } = AlertType.Physiological;

    public required AlertPriority Priority { get; init; }

    /// <summary>Null where there is no code.</summary>
    public MdcCode? Mdc { get; init; }

    /// <summary>SNOMED CT concept; null where there is none.</summary>
    public string? Snomed { get; init; }

    /// <summary>
    /// Onset threshold, in the unit of <see cref="LimitFormat"/>: a rate in 1/min, a time in s, a probability. For a rhythm
    /// that the network names, it is the probability of the rhythm.
    /// </summary>
    public double Limit { get; init; }

    /// <summary>Offset threshold, in the unit of <see cref="Limit"/>.</summary>
    public double OffLimit { get; init; }

    /// <summary>How many beats or seconds the limit is over; 0 where it does not apply.</summary>
    public int Over { get; init; }

    /// <summary>The limit in words; {0} is <see cref="Limit"/>, {1} is <see cref="Over"/>, {2} and {3} the on-hysteresis.</summary>
    public required string LimitFormat { get; init; }

    /// <summary>A rule that is complete in itself (so many beats) starts without the n of m on; the off side always applies.</summary>
    public Hysteresis Hysteresis { get; init; } = new(1, 1, 1, 1);

    /// <summary>Seconds after an end in which the kind does not start again; what still holds then, starts then.</summary>
    public int RefractorySeconds { get; init; }

    /// <summary>Whether the signal stays after the end until somebody acknowledges it.</summary>
    public bool Latching { get; init; }

    /// <summary>Seconds without an acknowledgement after which the priority goes up a step, and again after as many; 0: never.</summary>
    public int EscalateSeconds { get; init; }

    /// <summary>Seconds between updates while the condition holds; 0 for none.</summary>
    public int UpdateSeconds { get; init; } = 30;

    /// <summary>Seconds that cannot be read with confidence do not start it.</summary>
    public bool QualityGated { get; init; }

    /// <summary>The limit crossed, in words for a person.</summary>
    public string LimitText => string.Format(
        CultureInfo.InvariantCulture, LimitFormat, Limit, Over, Hysteresis.On, Hysteresis.OnOf);
}
