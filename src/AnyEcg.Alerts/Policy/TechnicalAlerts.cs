using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// When alerts that are raised and cleared from outside start and end. A condition that may not raise its alert (discharged, disabled,
/// refractory time) is remembered while it holds, and raises it as soon as it may. Engine thread only.
/// </summary>
internal sealed class TechnicalAlerts(AlertRegister register, AlertCounters counters, AlertSettings first) : IStateful
{
    private const int FirstKind = (int)AlertKind.DeviceOffline;

    private readonly Track[] tracks = new Track[AlertKindTable.Rows.Length - FirstKind];
    private AlertSettings settings = first;

    /// <summary>When a condition that holds may next raise its alert; null where none waits for time to pass.</summary>
    public long? NextDueNs
    {
        get
        {
            long? next = null;
            for (int i = 0; i < tracks.Length; i++)
            {
                if (tracks[i].IsHeldBack && Allows((AlertKind)(i + FirstKind)))
                    next = Math.Min(next ?? long.MaxValue, tracks[i].RestsUntilNs);
            }

            return next;
        }
    }

    /// <summary>Kinds that are over as soon as they have happened.</summary>
    private static bool IsMomentary(AlertKind kind) =>
        kind is AlertKind.KeyConflict or AlertKind.ClockJump or AlertKind.PatientMark;

    public void Raise(in TechnicalEvent e, IAlertSink sink)
    {
        if (e.Kind < AlertKind.DeviceOffline)
            throw new ArgumentException($"{e.Kind} is judged from the samples, not raised.", nameof(e));
        if ((int)e.Kind >= AlertKindTable.StreamKinds)
            throw new ArgumentException($"{e.Kind} is of a worker, not of a stream.", nameof(e));
        ref Track track = ref Of(e.Kind);
        Guid id = register.IdOf(e.Kind, e.Epoch, e.Sequence);
        if (register[e.Kind] is not null || track.IsHeldBack || id == track.LastId)
        {
            counters.SuppressedOpen++;
            return;
        }

        track.Condition = e;
        track.IsHeldBack = !IsMomentary(e.Kind);
        if (!settings.IsEnabled(e.Kind))
            return;
        if (register.Discharged)
            counters.SuppressedDischarged++;
        else if (e.TimeNs < track.RestsUntilNs)
            counters.SuppressedRefractory++;
        else
            Start(e, e.Sequence, sink);
    }

    /// <summary>Ends the alert; nothing when it is not open.</summary>
    public void Clear(AlertKind kind, long sample, long timeNs, IAlertSink sink)
    {
        if ((int)kind < FirstKind)
            return;
        Of(kind).IsHeldBack = false;
        if (register[kind] is { } alert)
            End(alert, sample, timeNs, sink);
    }

    /// <summary>The alert was closed from outside while its condition holds.</summary>
    public void HoldBack(AlertKind kind)
    {
        if ((int)kind >= FirstKind)
            Of(kind).IsHeldBack = !IsMomentary(kind);
    }

    public void Use(AlertSettings next) => settings = next;

    /// <summary>Raises what was held back and may be raised now.</summary>
    public void RaiseHeldBack(long nowNs, IAlertSink sink)
    {
        for (int i = 0; i < tracks.Length; i++)
        {
            AlertKind kind = (AlertKind)(i + FirstKind);
            if (!tracks[i].IsHeldBack || !Allows(kind) || nowNs < tracks[i].RestsUntilNs)
                continue;

            // Sequence numbers from outside are not negative, and no two instants are the same: this one was never used.
            Start(tracks[i].Condition with { TimeNs = nowNs }, -nowNs, sink);
        }
    }

    public void Exchange(StateExchange state)
    {
        for (int i = 0; i < AlertKindTable.StreamKinds - FirstKind; i++)
            Exchange(state, ref tracks[i], (AlertKind)(i + FirstKind));
    }

    private static void Exchange(StateExchange state, ref Track track, AlertKind kind)
    {
        TechnicalEvent e = track.Condition;
        e = new(kind, state.Value(e.Epoch), state.Value(e.Sample), state.Value(e.TimeNs), state.Value(e.Sequence)) { Value = state.Optional(e.Value) };
        track.Condition = e;
        state.Value(ref track.IsHeldBack);
        state.Value(ref track.RestsUntilNs);
        state.Value(ref track.LastId);
    }

    private void Start(in TechnicalEvent e, long sequence, IAlertSink sink)
    {
        ref Track track = ref Of(e.Kind);
        track.IsHeldBack = false;
        LivingAlert alert = register.Make(settings[e.Kind], e.Epoch, sequence, e.Sample, e.TimeNs);
        track.LastId = alert.Id;
        alert.Note(Verdict.Complete(e.Sample, e.Sample, e.Sample) with { Value = e.Value }, 0);
        register.Start(alert, e.Sample, e.TimeNs, sink);
        if (IsMomentary(e.Kind))
            End(alert, e.Sample, e.TimeNs, sink);
    }

    private void End(LivingAlert alert, long sample, long timeNs, IAlertSink sink)
    {
        Of(alert.Row.Kind).RestsUntilNs = timeNs + (alert.Row.RefractorySeconds * 1_000_000_000L);
        alert.Note(Verdict.Complete(sample, sample, sample), 0);
        register.End(alert, sample, timeNs, timeNs, sink);
    }

    private bool Allows(AlertKind kind) => !register.Discharged && settings.IsEnabled(kind) && register[kind] is null;

    private ref Track Of(AlertKind kind) => ref tracks[(int)kind - FirstKind];

    /// <summary>What is known of one kind.</summary>
    private struct Track
    {
        public TechnicalEvent Condition;
        public bool IsHeldBack;
        public long RestsUntilNs;
        public Guid LastId;
    }
}
