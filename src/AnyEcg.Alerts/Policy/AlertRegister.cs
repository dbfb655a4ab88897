using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// The alerts of one stream that live: at most one open alert of a kind, and those whose condition is over while their signal waits
/// for somebody. Counts and hands on every transition. Engine thread only.
/// </summary>
internal sealed class AlertRegister(StreamKey stream, AlertCounters counters, bool historical)
{
    /// <summary>Alerts that may wait for somebody; of more the oldest gives way.</summary>
    public const int MaxLatched = 64;

    private readonly LivingAlert?[] open = new LivingAlert?[AlertKindTable.Rows.Length];
    private readonly List<LivingAlert> latched = [];
    private readonly long[] pausedUntilNs = new long[AlertKindTable.Rows.Length];
    private readonly RecentIds gone = new();

    public StreamKey Stream => stream;

    /// <summary>Bit k: an alert of kind k is open.</summary>
    public uint OpenMask { get; private set; }

    /// <summary>While set nothing starts.</summary>
    public bool Discharged { get; set; }

    public IReadOnlyList<LivingAlert> Latched => latched;

    public LivingAlert? this[AlertKind kind] => open[(int)kind];

    /// <summary>End of a kind's pause on our clock; 0 without one.</summary>
    public long PausedUntil(AlertKind kind) => pausedUntilNs[(int)kind];

    public void SetPaused(AlertKind kind, long untilNs) => pausedUntilNs[(int)kind] = untilNs;

    public Guid IdOf(AlertKind kind, uint epoch, long number) =>
        AlertId.Create(stream, kind, epoch, number, historical ? AlertId.Historical : null);

    public LivingAlert Make(AlertKindRow row, uint epoch, long number, long onsetSample, long onsetNs) => new(stream, historical)
    {
        Row = row,
        Id = IdOf(row.Kind, epoch, number),
        Epoch = epoch,
        OnsetSample = onsetSample,
        OnsetNs = onsetNs,
        PausedUntilNs = PausedUntil(row.Kind),
    };

    public void Start(LivingAlert alert, long decidedSample, long receivedNs, IAlertSink sink)
    {
        open[(int)alert.Row.Kind] = alert;
        OpenMask |= 1u << (int)alert.Row.Kind;
        counters.SuppressedPause += alert.PausedUntilNs > 0 ? 1 : 0;
        Emit(alert.Start(decidedSample, receivedNs), sink);
    }

    public void End(LivingAlert alert, long decidedSample, long receivedNs, long endNs, IAlertSink sink)
    {
        Emit(alert.End(decidedSample, receivedNs, endNs), sink);
        Leave(alert);
        if (!alert.IsWaiting)
            return;
        counters.Latched++;
        latched.Add(alert);
        if (latched.Count > MaxLatched)
            Unlatch(latched[0], receivedNs, sink);
    }

    /// <summary>Ends an alert that is not watched any more; its signal goes with it.</summary>
    public void Close(LivingAlert alert, long endNs, TransitionAction action, IAlertSink sink)
    {
        Emit(alert.Close(endNs, action), sink);
        Leave(alert);
    }

    public void Retract(LivingAlert alert, long decidedSample, long receivedNs, long endNs, string reason, IAlertSink sink)
    {
        Emit(alert.Retract(decidedSample, receivedNs, endNs, reason), sink);
        Leave(alert);
    }

    /// <summary>The living alert of an id, open or latched; null for none.</summary>
    public LivingAlert? Find(Guid id)
    {
        foreach (LivingAlert? alert in open)
        {
            if (alert?.Id == id)
                return alert;
        }

        return latched.Find(alert => alert.Id == id);
    }

    /// <summary>A copy of all, the open ones by kind, then the latched ones by age: changes do not upset it. Allocates.</summary>
    public List<LivingAlert> Living() => [.. open.OfType<LivingAlert>(), .. latched];

    /// <summary>Whether an alert of this id has been here lately and is done with.</summary>
    public bool IsGone(Guid id) => gone.Contains(id);

    /// <summary>Every transition goes through here, so that those started, updated, ended and retracted are all.</summary>
    public void Emit(AlertTransition transition, IAlertSink sink)
    {
        counters.Count(transition.Phase);
        sink.Emit(transition);
    }

    /// <summary>After a change of a latched alert: one that waits for nobody any more leaves.</summary>
    public void Settle(LivingAlert alert)
    {
        if (alert.IsWaiting || !latched.Remove(alert))
            return;
        gone.Add(alert.Id);
    }

    /// <param name="state">Where from or to.</param>
    /// <param name="settings">The stream's settings as they are now: living alerts have their rows.</param>
    public void Exchange(StateExchange state, AlertSettings settings)
    {
        Discharged = state.Value(Discharged);
        state.Values(pausedUntilNs.AsSpan(0, AlertKindTable.StreamKinds));
        state.Object(gone);
        OpenMask = 0;
        for (int i = 0; i < AlertKindTable.StreamKinds; i++)
        {
            bool held = state.Value(open[i] is not null);
            open[i] = held ? LivingAlert.Exchange(state, stream, historical, open[i], settings[(AlertKind)i]) : null;
            OpenMask |= held ? 1u << i : 0;
        }

        int count = state.Count(latched.Count, MaxLatched);
        if (state.IsRestoring)
            latched.Clear();
        for (int i = 0; i < count; i++)
        {
            LivingAlert? alert = state.IsRestoring ? null : latched[i];
            int kind = state.Within((int)(alert?.Row.Kind ?? 0), 0, AlertKindTable.StreamKinds - 1);
            LivingAlert kept = LivingAlert.Exchange(state, stream, historical, alert, settings[(AlertKind)kind]);
            if (state.IsRestoring)
                latched.Add(kept);
        }
    }

    private void Unlatch(LivingAlert oldest, long timeNs, IAlertSink sink)
    {
        counters.Unlatched++;
        Emit(oldest.Silence(new TransitionAction(TransitionActionKind.Unlatch, null, $"more than {MaxLatched} latched alerts", timeNs)), sink);
        Settle(oldest);
    }

    private void Leave(LivingAlert alert)
    {
        open[(int)alert.Row.Kind] = null;
        OpenMask &= ~(1u << (int)alert.Row.Kind);
        if (!alert.IsWaiting)
            gone.Add(alert.Id);
    }
}
