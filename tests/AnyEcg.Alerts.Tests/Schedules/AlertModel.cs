namespace AnyEcg.Alerts.Tests;

/// <summary>
/// The reference: the life of alerts as docs/alerts.md tells it, written as a table of lives instead of the policy's conditions and
/// flags, for kinds whose rules take one second to start and one to end. Says of every step which transitions must come.
/// </summary>
internal sealed class AlertModel(bool historical)
{
    private static readonly AlertKind[] Judged = ScheduleSettings.Judged;
    private static readonly AlertKind[] Raised = ScheduleSettings.Raised;

    private readonly Dictionary<AlertKind, ModelAlert> open = [];
    private readonly List<ModelAlert> latched = [];
    private readonly Dictionary<AlertKind, long> pausedUntil = [];
    private readonly Dictionary<AlertKind, long> quietUntil = [];
    private readonly Dictionary<AlertKind, long> lastKnown = [];
    private readonly Dictionary<AlertKind, long> lastStarted = [];
    private readonly HashSet<AlertKind> heldBack = [];

    public List<Expected> Expected { get; } = [];

    public List<ModelAlert> All { get; } = [];

    public IReadOnlyDictionary<AlertKind, ModelRow> Rows { get; private set; } = ScheduleSettings.Site;

    public bool Discharged { get; private set; }

    public int Latched => latched.Count;

    public uint OpenMask { get; private set; }

    public long? NextDueNs
    {
        get
        {
            long next = long.MaxValue;
            foreach (long until in pausedUntil.Values)
                next = Math.Min(next, until);
            foreach (ModelAlert alert in open.Values)
                next = Math.Min(next, Due(alert) ?? long.MaxValue);
            foreach (ModelAlert alert in latched)
                next = Math.Min(next, Due(alert) ?? long.MaxValue);
            foreach (AlertKind kind in heldBack)
                next = Discharged || !Rows[kind].Enabled ? next : Math.Min(next, quietUntil.GetValueOrDefault(kind, long.MinValue));
            return next == long.MaxValue ? null : next;
        }
    }

    public void Second(long second, double?[] scores, long nowNs)
    {
        for (int i = 0; i < Judged.Length; i++)
            Second(Judged[i], second, scores[i], nowNs);
    }

    public void EndEpoch(long nowNs)
    {
        foreach (AlertKind kind in Judged)
        {
            End(kind, nowNs);
            quietUntil.Remove(kind);
        }
    }

    public void Raise(AlertKind kind, long sequence, long nowNs)
    {
        if (open.ContainsKey(kind) || heldBack.Contains(kind) || lastStarted.GetValueOrDefault(kind, long.MinValue) == sequence)
            return;
        if (!IsMomentary(kind))
            heldBack.Add(kind);
        if (Rows[kind].Enabled && !Discharged && nowNs >= quietUntil.GetValueOrDefault(kind, long.MinValue))
            Begin(kind, sequence, nowNs);
    }

    public void Clear(AlertKind kind, long nowNs)
    {
        heldBack.Remove(kind);
        if (open.ContainsKey(kind))
            Over(kind, nowNs);
    }

    public AlertActionOutcome Acknowledge(Guid id)
    {
        if (All.Find(a => a.Id == id) is not { } alert)
            return AlertActionOutcome.UnknownAlert;
        Life next = alert.Life switch
        {
            Life.On or Life.Paused => Life.Acknowledged,
            Life.Latched or Life.LatchedPaused => Life.Off,
            _ => alert.Life,
        };
        if (next == alert.Life)
            return AlertActionOutcome.NothingToDo;
        Move(alert, AlertPhase.Update, next, TransitionActionKind.Acknowledge);
        return AlertActionOutcome.Done;
    }

    public AlertActionOutcome Pause(AlertKind? kind, long untilNs, long nowNs)
    {
        if (Discharged || untilNs <= nowNs)
            return AlertActionOutcome.Refused;
        bool changed = false;
        foreach (AlertKind each in Of(kind).Where(each => pausedUntil.GetValueOrDefault(each) != untilNs))
        {
            changed = true;
            pausedUntil[each] = untilNs;
            foreach (ModelAlert alert in Living().Where(a => a.Kind == each && a.Waits).ToArray())
                Move(alert, AlertPhase.Update, alert.IsOpen ? Life.Paused : Life.LatchedPaused, TransitionActionKind.Pause);
        }

        return changed ? AlertActionOutcome.Done : AlertActionOutcome.NothingToDo;
    }

    public AlertActionOutcome Resume(AlertKind? kind, long nowNs, TransitionActionKind action = TransitionActionKind.Resume)
    {
        bool changed = false;
        foreach (AlertKind each in Of(kind))
        {
            if (!pausedUntil.Remove(each))
                continue;
            changed = true;
            foreach (ModelAlert alert in Living().Where(a => a.Kind == each && a.Waits).ToArray())
            {
                alert.WaitingSinceNs = Math.Max(alert.WaitingSinceNs, nowNs);
                Move(alert, AlertPhase.Update, alert.IsOpen ? Life.On : Life.Latched, action);
            }
        }

        return changed ? AlertActionOutcome.Done : AlertActionOutcome.NothingToDo;
    }

    public void Tick(long nowNs)
    {
        foreach (AlertKind kind in pausedUntil.Where(p => p.Value <= nowNs).Select(p => p.Key).ToArray())
            Resume(kind, nowNs, TransitionActionKind.PauseOver);
        foreach (ModelAlert alert in Living().ToArray())
        {
            while (Due(alert) <= nowNs)
            {
                AlertPriority was = PriorityOf(alert);
                alert.Steps++;
                alert.WaitingSinceNs += Rows[alert.Kind].Escalate * 1_000_000_000L;
                Move(alert, AlertPhase.Update, alert.Life, TransitionActionKind.Escalate, was);
            }
        }

        RaiseHeldBack(nowNs);
    }

    public AlertActionOutcome SetLimits(IReadOnlyDictionary<AlertKind, ModelRow> rows, long nowNs)
    {
        if (rows.All(row => row.Value == Rows[row.Key]))
            return AlertActionOutcome.NothingToDo;
        IReadOnlyDictionary<AlertKind, ModelRow> before = Rows;
        ModelAlert[] living = [.. Living()];
        AlertPriority[] priorities = [.. living.Select(PriorityOf)];
        Rows = rows;
        for (int i = 0; i < living.Length; i++)
            Limit(living[i], before[living[i].Kind], priorities[i]);
        foreach (AlertKind kind in Judged.Where(kind => rows[kind].Enabled && !before[kind].Enabled))
            quietUntil.Remove(kind);
        RaiseHeldBack(nowNs);
        return AlertActionOutcome.Done;
    }

    public AlertActionOutcome Discharge()
    {
        if (Discharged)
            return AlertActionOutcome.NothingToDo;
        Discharged = true;
        foreach (ModelAlert alert in Living().ToArray())
            Close(alert, TransitionActionKind.Discharge, PriorityOf(alert));
        pausedUntil.Clear();
        Rows = ScheduleSettings.Site;
        return AlertActionOutcome.Done;
    }

    public AlertActionOutcome Admit(long nowNs)
    {
        if (!Discharged)
            return AlertActionOutcome.NothingToDo;
        Discharged = false;
        foreach (AlertKind kind in Judged)
            quietUntil.Remove(kind);
        RaiseHeldBack(nowNs);
        return AlertActionOutcome.Done;
    }

    public IEnumerable<ModelAlert> Living() => open.Values.Concat(latched);

    private static bool IsMomentary(AlertKind kind) => kind is AlertKind.KeyConflict or AlertKind.PatientMark;

    private static IEnumerable<AlertKind> Of(AlertKind? kind) => kind is { } one ? [one] : Judged.Concat(Raised);

    private AlertPriority PriorityOf(ModelAlert alert) => (AlertPriority)Math.Min(3, (int)Rows[alert.Kind].Priority + alert.Steps);

    private long? Due(ModelAlert alert) =>
        historical || Rows[alert.Kind].Escalate == 0 || alert.Life is not (Life.On or Life.Latched) || PriorityOf(alert) == AlertPriority.High
            ? null
            : alert.WaitingSinceNs + (Rows[alert.Kind].Escalate * 1_000_000_000L);

    private void Second(AlertKind kind, long second, double? score, long nowNs)
    {
        ModelRow row = Rows[kind];
        if (!row.Enabled)
            return;
        if (score is not null)
            lastKnown[kind] = second;
        if (!open.TryGetValue(kind, out ModelAlert? alert))
        {
            if (score >= row.Limit && !Discharged && second + 1 >= quietUntil.GetValueOrDefault(kind, long.MinValue))
                Start(kind, nowNs).NextUpdate = second + row.Update;
        }
        else if (score < 0.3 || second - lastKnown.GetValueOrDefault(kind) >= ScheduleSettings.MaxUnreadSeconds)
        {
            End(kind, nowNs);
            quietUntil[kind] = second + 1 + row.Refractory;
        }
        else if (row.Update > 0 && second >= alert.NextUpdate)
        {
            alert.NextUpdate = second + row.Update;
            Move(alert, AlertPhase.Update, alert.Life, null);
        }
    }

    private void Begin(AlertKind kind, long sequence, long nowNs)
    {
        heldBack.Remove(kind);
        lastStarted[kind] = sequence;
        Start(kind, nowNs);
        if (IsMomentary(kind))
            Over(kind, nowNs);
    }

    private void Over(AlertKind kind, long nowNs)
    {
        End(kind, nowNs);
        quietUntil[kind] = nowNs + (Rows[kind].Refractory * 1_000_000_000L);
    }

    private void RaiseHeldBack(long nowNs)
    {
        foreach (AlertKind kind in heldBack.ToArray())
        {
            if (Rows[kind].Enabled && !Discharged && nowNs >= quietUntil.GetValueOrDefault(kind, long.MinValue))
                Begin(kind, long.MinValue + 1, nowNs);
        }
    }

    private ModelAlert Start(AlertKind kind, long nowNs)
    {
        ModelAlert alert = new(kind) { WaitingSinceNs = nowNs };
        All.Add(alert);
        open.Add(kind, alert);
        OpenMask |= 1u << (int)kind;
        Move(alert, AlertPhase.Start, pausedUntil.ContainsKey(kind) ? Life.Paused : Life.On, null);
        return alert;
    }

    private void End(AlertKind kind, long nowNs)
    {
        if (!open.TryGetValue(kind, out ModelAlert? alert))
            return;
        bool stays = Rows[kind].Latching && !historical;
        Life next = (alert.Life, stays) switch
        {
            (Life.On, true) => Life.Latched,
            (Life.Paused, true) => Life.LatchedPaused,
            _ => Life.Off,
        };
        Move(alert, AlertPhase.End, next, null);
    }

    private void Limit(ModelAlert alert, ModelRow before, AlertPriority was)
    {
        ModelRow row = Rows[alert.Kind];
        if (!row.Enabled)
            Close(alert, TransitionActionKind.Limits, was);
        else if (!alert.IsOpen && !row.Latching)
            Move(alert, AlertPhase.Update, Life.Off, TransitionActionKind.Limits, was == PriorityOf(alert) ? null : was);
        else if (was != PriorityOf(alert))
            Move(alert, AlertPhase.Update, alert.Life, TransitionActionKind.Limits, was);
        else if (row.Limit != before.Limit)
            Move(alert, AlertPhase.Update, alert.Life, TransitionActionKind.Limits);
    }

    /// <summary>The condition of what was raised from outside goes on: it is held back.</summary>
    private void Close(ModelAlert alert, TransitionActionKind action, AlertPriority priority)
    {
        if (alert.IsOpen && Raised.Contains(alert.Kind))
            heldBack.Add(alert.Kind);
        Move(alert, alert.IsOpen ? AlertPhase.End : AlertPhase.Update, Life.Off, action);
        Expected[^1] = Expected[^1] with { Priority = priority };
    }

    private void Move(ModelAlert alert, AlertPhase phase, Life life, TransitionActionKind? action, AlertPriority? was = null)
    {
        bool wasOpen = alert.IsOpen;
        alert.Life = life;
        if (phase is AlertPhase.End && open.Remove(alert.Kind))
            OpenMask &= ~(1u << (int)alert.Kind);
        if (!alert.IsOpen && wasOpen && life != Life.Off)
            latched.Add(alert);
        else if (!wasOpen && life == Life.Off)
            latched.Remove(alert);
        long? until = life is Life.Paused or Life.LatchedPaused ? pausedUntil[alert.Kind] : null;
        Expected.Add(new Expected(alert, ++alert.Revision, phase, life, PriorityOf(alert), was, action, until));
    }
}
