using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// The alerts of one stream: judges every second, takes what persons do, and writes the transitions. Pure: the same observations and
/// actions give the same transitions; it has no clock, every time is given. docs/alerts.md says what each action does. Engine thread
/// only.
/// </summary>
public sealed class AlertPolicy : IStateful
{
    private const uint StateLandmark = 0x414C5250;

    private readonly AlertSettings site;
    private readonly StreamLimits limits;
    private readonly StreamReading reading;
    private readonly AlertRegister register;
    private readonly KindState[] states;
    private readonly TechnicalAlerts technical;
    private readonly AlertActions actions;
    private bool started;
    private uint epoch;
    private long lastSecond;

    /// <param name="stream">Goes into every transition and id.</param>
    /// <param name="settings">Limits and hysteresis; shared by streams.</param>
    /// <param name="counters">Where to count; shared by streams.</param>
    /// <param name="historical">True for data older than the reorder tolerance: its alerts say so, have ids of their own and never latch.</param>
    public AlertPolicy(StreamKey stream, AlertSettings settings, AlertCounters counters, bool historical = false)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(counters);
        (Stream, Counters, IsHistorical) = (stream, counters, historical);
        site = settings;
        limits = new StreamLimits(settings);
        reading = new StreamReading(settings);
        register = new AlertRegister(stream, counters, historical);
        states = [.. AlertRules.Create(settings).Select(rule => new KindState(register, counters, rule, settings))];
        technical = new TechnicalAlerts(register, counters, settings);
        actions = new AlertActions(register, counters);
    }

    public StreamKey Stream { get; }

    public AlertCounters Counters { get; }

    public bool IsHistorical { get; }

    public bool IsDischarged => register.Discharged;

    /// <summary>Bit k: an alert of kind k is open.</summary>
    public uint OpenKinds => register.OpenMask;

    /// <summary>Alerts whose condition is over while their signal waits for somebody.</summary>
    public int LatchedAlerts => register.Latched.Count;

    /// <summary>Nothing is open or waits for anybody or any time, and nothing was set: a new policy would do the same.</summary>
    public bool IsIdle => OpenKinds == 0 && LatchedAlerts == 0 && !IsDischarged && NextDueNs is null && ReferenceEquals(limits.Settings, site);

    /// <summary>When <see cref="Tick"/> next has something to do, nanoseconds since the Unix epoch; null for not at all as things stand.</summary>
    public long? NextDueNs => actions.NextDueNs is { } due ? Math.Min(due, technical.NextDueNs ?? due) : technical.NextDueNs;

    /// <summary>Judges the next second. Seconds ascend within an epoch and may jump; a new epoch resets first.</summary>
    public void Observe(SecondObservation observation, IAlertSink sink)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(sink);
        if (started && observation.Epoch != epoch)
            ResetEpoch(sink);
        if (started && observation.Second <= lastSecond)
            throw new ArgumentException($"Second {observation.Second} after {lastSecond} of the same epoch.", nameof(observation));
        reading.Take(observation, follows: started && observation.Second == lastSecond + 1);
        (started, epoch, lastSecond) = (true, observation.Epoch, observation.Second);
        foreach (KindState state in states)
            state.Advance(reading, (register.OpenMask & AlertRules.GraverThan(state.Kind)) != 0, sink);
    }

    /// <summary>The epoch is over, or the stream: ends what the samples have opened and forgets the beats.</summary>
    public void ResetEpoch(IAlertSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        foreach (KindState state in states)
            state.Close(reading, sink);
        reading.Restart();
        started = false;
    }

    /// <summary>
    /// Raises a technical alert that does not come from the samples (offline, no data, stuck engine, key conflict, clock jump,
    /// patient's mark). The last three are over at once. Counted and ignored while one of the kind is open.
    /// </summary>
    public void RaiseTechnical(in TechnicalEvent e, IAlertSink sink) => technical.Raise(e, sink);

    /// <summary>Ends a technical alert raised before; nothing when none is open.</summary>
    public void Clear(AlertKind kind, long sample, long timeNs, IAlertSink sink) => technical.Clear(kind, sample, timeNs, sink);

    /// <summary>Somebody has seen an alert, open or latched.</summary>
    public AlertActionResult Acknowledge(Guid alertId, AlertAction action, IAlertSink sink) => actions.Acknowledge(alertId, action, sink);

    /// <summary>No signal of a kind, or of all, up to a time on our clock, at most a day. What starts meanwhile is published, its signal paused.</summary>
    public AlertActionResult Pause(AlertKind? kind, long untilNs, AlertAction action, IAlertSink sink) => actions.Pause(kind, untilNs, action, sink);

    /// <summary>Ends a pause early.</summary>
    public AlertActionResult Resume(AlertKind? kind, AlertAction action, IAlertSink sink) => actions.Resume(kind, action, sink);

    /// <summary>
    /// The stream's own deviations from the site's settings, in place of those it had; null for none. Refused whole with every fault.
    /// What is open goes on under the new limits, but for kinds that are disabled: those are closed.
    /// </summary>
    public AlertActionResult SetLimits(IReadOnlyDictionary<AlertKind, AlertKindOptions>? deviations, AlertAction action, IAlertSink sink)
    {
        IReadOnlyList<string> faults = deviations is null ? [] : site.Faults(deviations);
        if (faults.Count > 0)
            return AlertActionResult.Refused(string.Join("; ", faults));
        if (!limits.TrySet(deviations))
            return AlertActionResult.NothingToDo;
        AlertSettings next = limits.Settings;
        Use(next);
        TransitionAction why = TransitionAction.Of(TransitionActionKind.Limits, action);
        foreach (LivingAlert alert in register.Living())
        {
            if (!next.IsEnabled(alert.Row.Kind))
                Close(alert, why, sink);
            else if (alert.Apply(next[alert.Row.Kind], why) is { } transition)
                register.Emit(transition, sink);
            register.Settle(alert);
        }

        technical.RaiseHeldBack(action.TimeNs, sink);
        return AlertActionResult.Done;
    }

    /// <summary>The patient is gone: closes all alerts, forgets pauses and limits. Until <see cref="Admit"/> nothing is raised.</summary>
    public AlertActionResult Discharge(AlertAction action, IAlertSink sink)
    {
        if (register.Discharged)
            return AlertActionResult.NothingToDo;
        register.Discharged = true;
        TransitionAction why = TransitionAction.Of(TransitionActionKind.Discharge, action);
        foreach (LivingAlert alert in register.Living())
            Close(alert, why, sink);
        foreach (AlertKindRow row in AlertKindTable.Rows)
            register.SetPaused(row.Kind, 0);
        if (limits.TrySet(null))
            Use(limits.Settings);
        return AlertActionResult.Done;
    }

    /// <summary>A patient is there again: alerts are raised. What the samples said before is not held against this patient.</summary>
    public AlertActionResult Admit(AlertAction action, IAlertSink sink)
    {
        if (!register.Discharged)
            return AlertActionResult.NothingToDo;
        register.Discharged = false;
        foreach (KindState state in states)
            state.Forget();
        reading.Restart();
        started = false;
        technical.RaiseHeldBack(action.TimeNs, sink);
        return AlertActionResult.Done;
    }

    /// <summary>
    /// What the clock does by <paramref name="nowNs"/>, nanoseconds since the Unix epoch: ends pauses, raises the priority of alerts that
    /// nobody has acknowledged in time. Harmless at any time.
    /// </summary>
    public void Tick(long nowNs, IAlertSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        actions.Tick(nowNs, sink);
        technical.RaiseHeldBack(nowNs, sink);
    }

    /// <summary>Into a policy made with the same stream, settings and kind of session. The counters are shared and not part of it.</summary>
    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Landmark(StateLandmark);
        state.Setting(IsHistorical);
        state.Object(limits);
        if (state.IsRestoring)
            Use(limits.Settings);
        state.Value(ref started);
        state.Value(ref epoch);
        state.Value(ref lastSecond);
        state.Object(reading);
        register.Exchange(state, limits.Settings);
        foreach (KindState kind in states)
            state.Object(kind);
        state.Object(technical);
    }

    private void Use(AlertSettings next)
    {
        AlertRule[] rules = AlertRules.Create(next);
        for (int i = 0; i < states.Length; i++)
            states[i].Use(rules[i], next);
        technical.Use(next);
    }

    private void Close(LivingAlert alert, TransitionAction why, IAlertSink sink)
    {
        if (!alert.ConditionPresent)
        {
            register.Emit(alert.Silence(why), sink);
            register.Settle(alert);
            return;
        }

        bool judged = alert.Row.Kind < AlertKind.DeviceOffline;
        register.Close(alert, judged ? reading.NsAt(alert.Until) : why.TimeNs, why, sink);
        technical.HoldBack(alert.Row.Kind);
    }
}
