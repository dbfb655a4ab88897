namespace AnyEcg.Alerts;

/// <summary>Who asks for something, why and when. Immutable.</summary>
/// <param name="Operator">The authenticated name.</param>
/// <param name="Reason">In the operator's words; null where none was given.</param>
/// <param name="TimeNs">When it took effect, nanoseconds since the Unix epoch on our clock.</param>
public readonly record struct AlertAction(string Operator, string? Reason, long TimeNs);

/// <summary>What became of an action.</summary>
public enum AlertActionOutcome : byte
{
    Done,

    /// <summary>It was so already: a repeat does no harm.</summary>
    NothingToDo,

    /// <summary>No alert of that id is open or latched, and none was a short while ago.</summary>
    UnknownAlert,

    /// <summary>See the reason.</summary>
    Refused,
}

/// <summary>The answer to an action.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">Why it was refused; else null.</param>
public readonly record struct AlertActionResult(AlertActionOutcome Outcome, string? Reason = null)
{
    public static AlertActionResult Done => new(AlertActionOutcome.Done);

    public static AlertActionResult NothingToDo => new(AlertActionOutcome.NothingToDo);

    public static AlertActionResult UnknownAlert => new(AlertActionOutcome.UnknownAlert);

    public static AlertActionResult Refused(string reason) => new(AlertActionOutcome.Refused, reason);
}
