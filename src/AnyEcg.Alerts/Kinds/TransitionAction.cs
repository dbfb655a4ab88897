namespace AnyEcg.Alerts;

/// <summary>What other than the samples caused a transition. The wire name is the kebab-case of the member.</summary>
public enum TransitionActionKind : byte
{
    Acknowledge,
    Pause,
    Resume,

    /// <summary>The time of a pause has run out.</summary>
    PauseOver,

    /// <summary>The stream's limits were set.</summary>
    Limits,

    /// <summary>Nobody acknowledged it in time.</summary>
    Escalate,

    Discharge,

    /// <summary>More alerts were latched than a stream may have; this was the oldest.</summary>
    Unlatch,
}

/// <summary>The action behind a transition. Immutable.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Operator">Who did it; null for what the clock or the worker did.</param>
/// <param name="Reason">Why; null where none was given.</param>
/// <param name="TimeNs">When, nanoseconds since the Unix epoch on our clock.</param>
public sealed record TransitionAction(TransitionActionKind Kind, string? Operator, string? Reason, long TimeNs)
{
    internal static TransitionAction Of(TransitionActionKind kind, in AlertAction action) => new(kind, action.Operator, action.Reason, action.TimeNs);
}
