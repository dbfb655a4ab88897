using System.Collections.Immutable;

namespace AnyEcg.Alerts;

/// <summary>The table of kinds with the options applied; made once and shared by all streams that do not deviate. Immutable.</summary>
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
        (rows, disabled) = Apply(AlertKindTable.Rows, 0, options.Kinds);
        AloneFactor = options.AloneFactor;
        MaxUnreadSeconds = options.MaxUnreadSeconds;
        UnreadableAbove = (float)options.UnreadableAbove;
        RhythmOn = (float)options.RhythmOn;
        RhythmOff = (float)options.RhythmOff;
    }

    private AlertSettings(AlertSettings site, IReadOnlyDictionary<AlertKind, AlertKindOptions> deviations)
    {
        (rows, disabled) = Apply(site.rows, site.disabled, deviations);
        AloneFactor = site.AloneFactor;
        MaxUnreadSeconds = site.MaxUnreadSeconds;
        UnreadableAbove = site.UnreadableAbove;
        RhythmOn = site.RhythmOn;
        RhythmOff = site.RhythmOff;
    }

    public static AlertSettings Default { get; } = new(new AlertOptions());

    public AlertKindRow this[AlertKind kind] => rows[(int)kind];

    public double AloneFactor { get; }

    public int MaxUnreadSeconds { get; }

    public float UnreadableAbove { get; }

    public float RhythmOn { get; }

    public float RhythmOff { get; }

    public bool IsEnabled(AlertKind kind) => (disabled >> (int)kind & 1) == 0;

    /// <summary>Everything that is wrong with a stream's deviations from these settings; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults(IReadOnlyDictionary<AlertKind, AlertKindOptions> deviations)
    {
        ArgumentNullException.ThrowIfNull(deviations);
        return
        [
            .. deviations.SelectMany(pair => Enum.IsDefined(pair.Key) ? pair.Value.Faults(this[pair.Key]) : [$"there is no kind {pair.Key}"]),
        ];
    }

    /// <summary>These settings with a stream's deviations, which must be without faults.</summary>
    internal AlertSettings With(IReadOnlyDictionary<AlertKind, AlertKindOptions> deviations) => new(this, deviations);

    internal bool SameAs(AlertSettings other) => disabled == other.disabled && rows.SequenceEqual(other.rows);

    private static (ImmutableArray<AlertKindRow> Rows, uint Disabled) Apply(
        ImmutableArray<AlertKindRow> rows, uint disabled, IReadOnlyDictionary<AlertKind, AlertKindOptions> kinds)
    {
        foreach ((AlertKind kind, AlertKindOptions options) in kinds)
        {
            uint bit = 1u << (int)kind;
            disabled = options.Enabled switch { true => disabled & ~bit, false => disabled | bit, _ => disabled };
        }

        return ([.. rows.Select(row => kinds.TryGetValue(row.Kind, out AlertKindOptions? o) ? o.ApplyTo(row) : row)], disabled);
    }
}
