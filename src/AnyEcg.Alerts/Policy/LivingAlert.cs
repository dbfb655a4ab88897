using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// One alert from its start until nothing of it is left to be done: writes its transitions. What its signal is follows from the
/// condition, the acknowledgement and the pause, and is kept nowhere. Engine thread only.
/// </summary>
internal sealed class LivingAlert(StreamKey stream, bool historical)
{
    private int revision;
    private double score;
    private double? value;
    private bool doubtful;
    private uint leads;
    private long? endNs;
    private int escalations;

    public required AlertKindRow Row { get; set; }

    public required Guid Id { get; init; }

    public required uint Epoch { get; init; }

    public required long OnsetSample { get; init; }

    public required long OnsetNs { get; init; }

    /// <summary>The sample with which the rule was last complete.</summary>
    public long DecidedSample { get; private set; }

    /// <summary>The sample with which the rule was complete at the start.</summary>
    public long StartDecided { get; private set; }

    /// <summary>First sample after the part in which the condition is known to have held.</summary>
    public long Until { get; private set; }

    public bool ConditionPresent { get; private set; } = true;

    public bool Acknowledged { get; private set; }

    /// <summary>Closed for good: no signal whatever else is so.</summary>
    public bool Quiet { get; private set; }

    /// <summary>End of the pause of its kind on our clock; 0 without one.</summary>
    public long PausedUntilNs { get; set; }

    /// <summary>Since when somebody is waited for, on our clock: the start, the last escalation or the end of a pause.</summary>
    public long WaitingSinceNs { get; private set; }

    public AlertPriority Priority => (AlertPriority)Math.Min((int)AlertPriority.High, (int)Row.Priority + escalations);

    /// <summary>Whether it still asks for somebody: neither acknowledged nor over without a trace.</summary>
    public bool IsWaiting => !Acknowledged && !Quiet && (ConditionPresent || (Row.Latching && !historical));

    public AlertSignal Signal => this switch
    {
        { ConditionPresent: true, Acknowledged: true } => AlertSignal.Acknowledged,
        { IsWaiting: false } => AlertSignal.Off,
        { PausedUntilNs: > 0 } => AlertSignal.Paused,
        _ => ConditionPresent ? AlertSignal.On : AlertSignal.Latched,
    };

    /// <summary>When its priority goes up a step for want of an acknowledgement; null for never.</summary>
    public long? EscalatesNs => !historical && Row.EscalateSeconds > 0 && PausedUntilNs == 0 && IsWaiting && Priority < AlertPriority.High
        ? WaitingSinceNs + (Row.EscalateSeconds * 1_000_000_000L)
        : null;

    public void Note(in Verdict verdict, uint present)
    {
        Until = Math.Max(Until, verdict.Until);
        score = Math.Max(score, verdict.Score);
        value = verdict.Value ?? value;
        doubtful = verdict.Doubtful;
        leads = present;
    }

    public AlertTransition Start(long decidedSample, long receivedNs)
    {
        (WaitingSinceNs, StartDecided) = (receivedNs, decidedSample);
        return At(AlertPhase.Start, decidedSample, receivedNs);
    }

    public AlertTransition Update(long decidedSample, long receivedNs) => At(AlertPhase.Update, decidedSample, receivedNs);

    /// <summary>Closes the condition at <see cref="Until"/>.</summary>
    public AlertTransition End(long decidedSample, long receivedNs, long ended)
    {
        (ConditionPresent, endNs) = (false, ended);
        return At(AlertPhase.End, decidedSample, receivedNs);
    }

    /// <summary>Closes the condition because the alert is not watched any more; nothing stays of its signal.</summary>
    public AlertTransition Close(long ended, TransitionAction action)
    {
        (ConditionPresent, endNs, Quiet) = (false, ended, true);
        return Next(AlertPhase.End, action.TimeNs) with { Action = action };
    }

    /// <summary>The alert was wrong.</summary>
    public AlertTransition Retract(long decidedSample, long receivedNs, long ended, string reason)
    {
        (ConditionPresent, endNs, Quiet) = (false, ended, true);
        return At(AlertPhase.Retract, decidedSample, receivedNs) with { Retraction = reason };
    }

    public AlertTransition Acknowledge(TransitionAction action)
    {
        Acknowledged = true;
        return By(action);
    }

    /// <summary>Nothing is to be seen of what was latched.</summary>
    public AlertTransition Silence(TransitionAction action)
    {
        Quiet = true;
        return By(action);
    }

    /// <summary>A pause begins, changes or ends (0); who is to come has as long again when it has ended.</summary>
    public AlertTransition Pause(long untilNs, TransitionAction action)
    {
        PausedUntilNs = untilNs;
        WaitingSinceNs = untilNs == 0 ? Math.Max(WaitingSinceNs, action.TimeNs) : WaitingSinceNs;
        return By(action);
    }

    /// <summary>One step up, as of the time at which it was due.</summary>
    public AlertTransition Escalate(long nowNs)
    {
        AlertPriority was = Priority;
        string reason = $"not acknowledged within {Row.EscalateSeconds} s";
        WaitingSinceNs += Row.EscalateSeconds * 1_000_000_000L;
        escalations++;
        return By(new TransitionAction(TransitionActionKind.Escalate, null, reason, nowNs)) with { PriorityWas = was, PriorityReason = reason };
    }

    /// <summary>The kind's row has changed; null where that is not to be seen.</summary>
    public AlertTransition? Apply(AlertKindRow row, TransitionAction action)
    {
        (AlertPriority was, AlertSignal signal, string limit) = (Priority, Signal, Row.LimitText);
        Row = row;
        bool same = was == Priority;
        if (same && signal == Signal && limit == Row.LimitText)
            return null;
        AlertTransition next = By(action);
        return same ? next : next with { PriorityWas = was, PriorityReason = action.Reason is null ? "limits set" : $"limits set: {action.Reason}" };
    }

    private AlertTransition By(TransitionAction action) => Next(AlertPhase.Update, action.TimeNs) with { Action = action };

    private AlertTransition At(AlertPhase phase, long decidedSample, long receivedNs)
    {
        DecidedSample = decidedSample;
        return Next(phase, receivedNs);
    }

    private AlertTransition Next(AlertPhase phase, long receivedNs) => new()
    {
        AlertId = Id,
        Revision = ++revision,
        Group = stream.Group,
        Stream = stream.Stream,
        Kind = Row.Kind,
        Phase = phase,
        Priority = Priority,
        Signal = Signal,
        ConditionPresent = ConditionPresent,
        Epoch = Epoch,
        OnsetSample = OnsetSample,
        DecidedSample = DecidedSample,
        EndSample = ConditionPresent ? null : Until,
        OnsetNs = OnsetNs,
        EndNs = endNs,
        DecidedReceivedNs = receivedNs,
        Limit = Row.LimitText,
        Score = score,
        Value = value,
        QualityDoubtful = doubtful,
        Leads = leads,
        Historical = historical,
        PausedUntilNs = Signal == AlertSignal.Paused ? PausedUntilNs : null,
    };

    /// <summary>Saves <paramref name="alert"/>, or makes the one that was saved.</summary>
    public static LivingAlert Exchange(StateExchange state, StreamKey stream, bool historical, LivingAlert? alert, AlertKindRow row)
    {
        LivingAlert kept = new(stream, historical)
        {
            Row = row,
            Id = state.Value(alert?.Id ?? default),
            Epoch = state.Value(alert?.Epoch ?? 0),
            OnsetSample = state.Value(alert?.OnsetSample ?? 0),
            OnsetNs = state.Value(alert?.OnsetNs ?? 0),
        };
        LivingAlert of = state.IsRestoring ? kept : alert!;
        of.Exchange(state);
        return of;
    }

    private void Exchange(StateExchange state)
    {
        state.Value(ref revision);
        state.Value(ref escalations);
        state.Value(ref score);
        state.Value(ref doubtful);
        state.Value(ref leads);
        (value, endNs) = (state.Optional(value), state.Optional(endNs));
        (DecidedSample, StartDecided, Until) = (state.Value(DecidedSample), state.Value(StartDecided), state.Value(Until));
        (ConditionPresent, Acknowledged, Quiet) = (state.Value(ConditionPresent), state.Value(Acknowledged), state.Value(Quiet));
        (PausedUntilNs, WaitingSinceNs) = (state.Value(PausedUntilNs), state.Value(WaitingSinceNs));
    }
}
