namespace AnyEcg.Alerts;

/// <summary>
/// One transition of one alert: what is published, whole, each time. Immutable. Times are event time: samples are model-rate
/// (300 Hz) samples of the epoch, nanoseconds count from the Unix epoch on our clock.
/// </summary>
public sealed record AlertTransition
{
    /// <summary>UUIDv5 of stream, kind, epoch and first onset sample (see <see cref="AlertId"/>): the same for all revisions and after a replay.</summary>
    public required Guid AlertId { get; init; }

    /// <summary>Counts the transitions of this alert from 1.</summary>
    public required int Revision { get; init; }

    public required string Group { get; init; }

    public required string Stream { get; init; }

    public required AlertKind Kind { get; init; }

    public required AlertPhase Phase { get; init; }

    public required AlertPriority Priority { get; init; }

    /// <summary>Priority before this revision, where this revision changed it.</summary>
    public AlertPriority? PriorityWas { get; init; }

    /// <summary>Why the priority changed.</summary>
    public string? PriorityReason { get; init; }

    public required AlertSignal Signal { get; init; }

    /// <summary>Whether the condition holds now.</summary>
    public required bool ConditionPresent { get; init; }

    /// <summary>The condition is over and nobody has to see it any more: the last transition of its alert.</summary>
    public bool IsOver => !ConditionPresent && Signal == AlertSignal.Off;

    public required uint Epoch { get; init; }

    public required long OnsetSample { get; init; }

    /// <summary>The sample with which the rule was complete: latency counts from here.</summary>
    public required long DecidedSample { get; init; }

    public long? EndSample { get; init; }

    public required long OnsetNs { get; init; }

    public long? EndNs { get; init; }

    /// <summary>When the sample that decided this transition was received (our clock); of an action, when it took effect.</summary>
    public required long DecidedReceivedNs { get; init; }

    /// <summary>The limit crossed, in words for a person, e.g. "rate &lt; 40/min over 5 beats".</summary>
    public required string Limit { get; init; }

    /// <summary>Highest score of the condition so far, 0 to 1; 1 for a rule without a score.</summary>
    public required double Score { get; init; }

    /// <summary>A measured value that goes with the limit (rate in 1/min, pause in s), where there is one.</summary>
    public double? Value { get; init; }

    /// <summary>True when the network and the classical detector disagree, or the signal was doubtful.</summary>
    public required bool QualityDoubtful { get; init; }

    /// <summary>Indices of the leads that were present.</summary>
    public required uint Leads { get; init; }

    /// <summary>True for an alert from data older than the reorder tolerance.</summary>
    public bool Historical { get; init; }

    /// <summary>What other than the samples caused this transition; null where the samples did.</summary>
    public TransitionAction? Action { get; init; }

    /// <summary>While the signal is paused: until when, nanoseconds since the Unix epoch on our clock.</summary>
    public long? PausedUntilNs { get; init; }

    /// <summary>Of a retraction: what disproved the alert.</summary>
    public string? Retraction { get; init; }
}
