namespace AnyEcg.Alerts;

/// <summary>Settings of the alert rules. Validate at start by <see cref="Faults"/>.</summary>
public sealed class AlertOptions
{
    /// <summary>Deviations from <see cref="AlertKindTable"/>, by kind.</summary>
    public Dictionary<AlertKind, AlertKindOptions> Kinds { get; init; } = [];

    /// <summary>
    /// How much longer a rate or a silence must last when only one of the two detectors sees it (1 to 2). At 1 every missed
    /// beat of either detector alerts; at 1.5 asystole still comes after 6 s, well within the 10 s it is allowed.
    /// </summary>
    public double AloneFactor { get; set; } = 1.5;

    /// <summary>Seconds without readable signal after which an open alert ends, its condition no longer known (30 to 3600).</summary>
    public int MaxUnreadSeconds { get; set; } = 300;

    /// <summary>Probability at which the network calls a second unreadable (0.1 to 1).</summary>
    public double UnreadableAbove { get; set; } = 0.5;

    /// <summary>
    /// Probability from which, and below which, the network's rhythm counts for the kinds whose limit is a rate (ventricular
    /// and supraventricular tachycardia).
    /// </summary>
    public double RhythmOn { get; set; } = 0.5;

    /// <inheritdoc cref="RhythmOn"/>
    public double RhythmOff { get; set; } = 0.3;

    /// <summary>Everything that is wrong with these settings; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [];
        Check(AloneFactor is >= 1 and <= 2, "AloneFactor must be 1 to 2");
        Check(MaxUnreadSeconds is >= 30 and <= 3600, "MaxUnreadSeconds must be 30 to 3600");
        Check(UnreadableAbove is >= 0.1 and <= 1, "UnreadableAbove must be 0.1 to 1");
        Check(RhythmOff > 0 && RhythmOff <= RhythmOn && RhythmOn <= 1, "RhythmOff and RhythmOn must hold 0 < off <= on <= 1");
        foreach ((AlertKind kind, AlertKindOptions options) in Kinds)
            faults.AddRange(options.Faults(AlertKindTable.Of(kind)));
        return faults;

        void Check(bool holds, string fault)
        {
            if (!holds)
                faults.Add(fault);
        }
    }
}
