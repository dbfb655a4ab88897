using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>What a site, group or stream sets differently for one kind; null keeps the row of <see cref="AlertKindTable"/>.</summary>
public sealed class AlertKindOptions
{
    /// <summary>False: the rule is not judged at all.</summary>
    public bool? Enabled { get; set; }

    public AlertPriority? Priority { get; set; }

    /// <summary>Onset threshold, above 0; without <see cref="OffLimit"/> the offset threshold moves in proportion.</summary>
    public double? Limit { get; set; }

    public double? OffLimit { get; set; }

    /// <summary>Beats or seconds the limit is over, 1 to 60.</summary>
    public int? Over { get; set; }

    public int? OnSeconds { get; set; }

    public int? OnOfSeconds { get; set; }

    public int? OffSeconds { get; set; }

    public int? OffOfSeconds { get; set; }

    /// <summary>0 to 86,400.</summary>
    public int? RefractorySeconds { get; set; }

    /// <summary>0 (none) to 86,400.</summary>
    public int? UpdateSeconds { get; set; }

    /// <summary>Whether the signal stays after the end until acknowledged.</summary>
    public bool? Latching { get; set; }

    /// <summary>Seconds without an acknowledgement after which the priority goes up a step: 0 (never) to 86,400.</summary>
    public int? EscalateSeconds { get; set; }

    internal AlertKindRow ApplyTo(AlertKindRow row) => row with
    {
        Priority = Priority ?? row.Priority,
        Limit = Limit ?? row.Limit,
        OffLimit = OffLimit ?? (Limit is { } limit && row.Limit > 0 ? limit * row.OffLimit / row.Limit : row.OffLimit),
        Over = Over ?? row.Over,
        Hysteresis = new(
            OnSeconds ?? row.Hysteresis.On, OnOfSeconds ?? row.Hysteresis.OnOf,
            OffSeconds ?? row.Hysteresis.Off, OffOfSeconds ?? row.Hysteresis.OffOf),
        RefractorySeconds = RefractorySeconds ?? row.RefractorySeconds,
        UpdateSeconds = UpdateSeconds ?? row.UpdateSeconds,
        Latching = Latching ?? row.Latching,
        EscalateSeconds = EscalateSeconds ?? row.EscalateSeconds,
    };

    /// <summary>What is wrong with these deviations from a row.</summary>
    internal IEnumerable<string> Faults(AlertKindRow from)
    {
        AlertKindRow row = ApplyTo(from);
        if (!double.IsFinite(row.Limit) || (Limit is not null && row.Limit <= 0))
            yield return $"{row.Name}: Limit must be above 0";
        if (!double.IsFinite(row.OffLimit))
            yield return $"{row.Name}: OffLimit must be a number";
        else if ((row.OffLimit - row.Limit) * (from.OffLimit - from.Limit) < 0)
            yield return $"{row.Name}: OffLimit must be on the calm side of Limit";
        if (!Enum.IsDefined(row.Priority))
            yield return $"{row.Name}: Priority must be info, low, medium or high";
        if (Over is not (null or (>= 1 and <= 60)))
            yield return $"{row.Name}: Over must be 1 to 60";
        if (!row.Hysteresis.IsValid)
            yield return $"{row.Name}: the n of m seconds must hold 1 <= n <= m <= {Hysteresis.MaxSeconds}";
        if (row.RefractorySeconds is < 0 or > 86_400)
            yield return $"{row.Name}: RefractorySeconds must be 0 to 86,400";
        if (row.UpdateSeconds is < 0 or > 86_400)
            yield return $"{row.Name}: UpdateSeconds must be 0 to 86,400";
        if (row.EscalateSeconds is < 0 or > 86_400)
            yield return $"{row.Name}: EscalateSeconds must be 0 to 86,400";
    }

    internal void Exchange(StateExchange state)
    {
        (Enabled, Latching, Priority) = (state.Optional(Enabled), state.Optional(Latching), state.Optional(Priority));
        (Limit, OffLimit, Over) = (state.Optional(Limit), state.Optional(OffLimit), state.Optional(Over));
        (OnSeconds, OnOfSeconds) = (state.Optional(OnSeconds), state.Optional(OnOfSeconds));
        (OffSeconds, OffOfSeconds) = (state.Optional(OffSeconds), state.Optional(OffOfSeconds));
        (RefractorySeconds, UpdateSeconds) = (state.Optional(RefractorySeconds), state.Optional(UpdateSeconds));
        EscalateSeconds = state.Optional(EscalateSeconds);
    }

    internal AlertKindOptions Copy() => (AlertKindOptions)MemberwiseClone();
}
