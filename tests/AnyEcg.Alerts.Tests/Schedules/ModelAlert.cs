namespace AnyEcg.Alerts.Tests;

/// <summary>What one alert may be, spelled out: the condition and the signal together.</summary>
internal enum Life
{
    On,
    Paused,
    Acknowledged,
    Latched,

    /// <summary>Over, and would be latched but for the pause.</summary>
    LatchedPaused,
    Off,
}

/// <summary>An alert of the reference model.</summary>
internal sealed class ModelAlert(AlertKind kind)
{
    public AlertKind Kind => kind;

    /// <summary>Learnt from its first transition.</summary>
    public Guid Id { get; set; }

    public Life Life { get; set; }

    public int Revision { get; set; }

    public int Steps { get; set; }

    public long WaitingSinceNs { get; set; }

    public long NextUpdate { get; set; }

    public bool IsOpen => Life is Life.On or Life.Paused or Life.Acknowledged;

    public bool Waits => Life is Life.On or Life.Paused or Life.Latched or Life.LatchedPaused;
}

/// <summary>A transition that must come.</summary>
internal readonly record struct Expected(
    ModelAlert Alert, int Revision, AlertPhase Phase, Life Life, AlertPriority Priority, AlertPriority? Was, TransitionActionKind? Action, long? PausedUntilNs);

/// <summary>What the schedules set of a kind.</summary>
internal sealed record ModelRow(bool Enabled, AlertPriority Priority, bool Latching, int Escalate, int Refractory, int Update, double Limit);
