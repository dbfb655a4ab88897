namespace AnyEcg.Alerts;

/// <summary>What a site, group or stream sets differently for one kind; null keeps the row of <see cref="AlertKindTable"/>.</summary>
public sealed class AlertKindOptions
{
    /// <summary>False: the rule is not judged at all.</summary>
    public bool Enabled { get; set; } = true;

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
    };
}
