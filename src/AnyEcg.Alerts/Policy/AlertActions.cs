namespace AnyEcg.Alerts;

/// <summary>What persons and the clock do to the signals of a stream's alerts. Engine thread only.</summary>
internal sealed class AlertActions(AlertRegister register, AlertCounters counters)
{
    /// <summary>The longest pause: a day.</summary>
    private const long LongestPauseNs = 86_400_000_000_000;

    /// <summary>When a pause ends or an alert escalates next; null for never.</summary>
    public long? NextDueNs
    {
        get
        {
            long next = long.MaxValue;
            foreach (AlertKindRow row in AlertKindTable.Rows)
            {
                long pause = register.PausedUntil(row.Kind);
                next = pause > 0 ? Math.Min(next, pause) : next;
                next = Math.Min(next, register[row.Kind]?.EscalatesNs ?? long.MaxValue);
            }

            foreach (LivingAlert alert in register.Latched)
                next = Math.Min(next, alert.EscalatesNs ?? long.MaxValue);
            return next == long.MaxValue ? null : next;
        }
    }

    public AlertActionResult Acknowledge(Guid alertId, in AlertAction action, IAlertSink sink)
    {
        if (register.Find(alertId) is not { } alert)
            return register.IsGone(alertId) ? AlertActionResult.NothingToDo : AlertActionResult.UnknownAlert;
        if (alert.Acknowledged)
            return AlertActionResult.NothingToDo;
        counters.Acknowledged++;
        register.Emit(alert.Acknowledge(TransitionAction.Of(TransitionActionKind.Acknowledge, action)), sink);
        register.Settle(alert);
        return AlertActionResult.Done;
    }

    public AlertActionResult Pause(AlertKind? kind, long untilNs, in AlertAction action, IAlertSink sink)
    {
        if (register.Discharged)
            return AlertActionResult.Refused("the stream is discharged");
        if (untilNs <= action.TimeNs || untilNs - action.TimeNs > LongestPauseNs)
            return AlertActionResult.Refused("a pause lasts up to a day from when it is asked for");
        return Set(kind, untilNs, TransitionAction.Of(TransitionActionKind.Pause, action), sink);
    }

    public AlertActionResult Resume(AlertKind? kind, in AlertAction action, IAlertSink sink) =>
        Set(kind, 0, TransitionAction.Of(TransitionActionKind.Resume, action), sink);

    /// <summary>Ends the pauses that are over and raises the priority of what nobody has acknowledged in time.</summary>
    public void Tick(long nowNs, IAlertSink sink)
    {
        foreach (AlertKindRow row in AlertKindTable.Rows)
        {
            long pause = register.PausedUntil(row.Kind);
            if (pause > 0 && pause <= nowNs)
                Set(row.Kind, 0, new TransitionAction(TransitionActionKind.PauseOver, null, null, nowNs), sink);
        }

        foreach (AlertKindRow row in AlertKindTable.Rows)
            Escalate(register[row.Kind], nowNs, sink);
        foreach (LivingAlert alert in register.Latched)
            Escalate(alert, nowNs, sink);
    }

    private void Escalate(LivingAlert? alert, long nowNs, IAlertSink sink)
    {
        while (alert?.EscalatesNs <= nowNs)
        {
            counters.Escalated++;
            register.Emit(alert.Escalate(nowNs), sink);
        }
    }

    private AlertActionResult Set(AlertKind? only, long untilNs, TransitionAction action, IAlertSink sink)
    {
        if (only is { } named && !Enum.IsDefined(named))
            return AlertActionResult.Refused("there is no such kind");
        bool changed = false;
        foreach (AlertKindRow row in AlertKindTable.Rows)
        {
            if ((only ?? row.Kind) != row.Kind || register.PausedUntil(row.Kind) == untilNs)
                continue;
            changed = true;
            register.SetPaused(row.Kind, untilNs);
            if (register[row.Kind] is { } open)
                Set(open, untilNs, action, sink);
            foreach (LivingAlert alert in register.Latched)
            {
                if (alert.Row.Kind == row.Kind)
                    Set(alert, untilNs, action, sink);
            }
        }

        return changed ? AlertActionResult.Done : AlertActionResult.NothingToDo;
    }

    /// <summary>An acknowledged alert has no signal to pause: of that nothing is published.</summary>
    private void Set(LivingAlert alert, long untilNs, TransitionAction action, IAlertSink sink)
    {
        if (alert.IsWaiting)
            register.Emit(alert.Pause(untilNs, action), sink);
    }
}
