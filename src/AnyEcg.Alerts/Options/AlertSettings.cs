using System.Collections.Immutable;

namespace AnyEcg.Alerts;

/// <summary>The table of kinds with the options applied; made once and shared by all streams. Immutable.</summary>
public sealed class AlertSettings
{
    private readonly ImmutableArray<AlertKindRow> rows;
    private readonly uint disabled;

    /// <summary>Throws <see cref="ArgumentException"/> with every fault of the options.</summary>
    public AlertSettings(AlertOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<string> faults = options.Faults();
        if (faults.Count > 0)
            throw new ArgumentException(string.Join("; ", faults), nameof(options));
        rows = [.. AlertKindTable.Rows.Select(row => options.Kinds.TryGetValue(row.Kind, out var o) ? o.ApplyTo(row) : row)];
        foreach ((AlertKind kind, AlertKindOptions o) in options.Kinds)
            disabled |= o.Enabled ? 0 : 1u << (int)kind;
        AloneFactor = options.AloneFactor;
        MaxUnreadSeconds = options.MaxUnreadSeconds;
        UnreadableAbove = (float)options.UnreadableAbove;
        RhythmOn = (float)options.RhythmOn;
        RhythmOff = (float)options.RhythmOff;
    }

    public static AlertSettings Default { get; } = new(new AlertOptions());

    public AlertKindRow this[AlertKind kind] => rows[(int)kind];

    public double AloneFactor { get; }

    public int MaxUnreadSeconds { get; }

    public float UnreadableAbove { get; }

    public float RhythmOn { get; }

    public float RhythmOff { get; }

    public bool IsEnabled(AlertKind kind) => (disabled >> (int)kind & 1) == 0;
}
