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
        counters.Started++;
        counters.SuppressedPause += alert.PausedUntilNs > 0 ? 1 : 0;
        sink.Emit(alert.Start(decidedSample, receivedNs));
    }

    public void Update(LivingAlert alert, long decidedSample, long receivedNs, IAlertSink sink)
    {
        counters.Updated++;
        sink.Emit(alert.Update(decidedSample, receivedNs));
    }

    public void End(LivingAlert alert, long decidedSample, long receivedNs, long endNs, IAlertSink sink)
    {
        counters.Ended++;
        sink.Emit(alert.End(decidedSample, receivedNs, endNs));
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
        counters.Ended++;
        sink.Emit(alert.Close(endNs, action));
        Leave(alert);
    }

    public void Retract(LivingAlert alert, long decidedSample, long receivedNs, long endNs, string reason, IAlertSink sink)
    {
        counters.Retracted++;
        sink.Emit(alert.Retract(decidedSample, receivedNs, endNs, reason));
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

    /// <summary>After a change of a latched alert: one that waits for nobody any more leaves.</summary>
    public void Settle(LivingAlert alert)
    {
        if (alert.IsWaiting || !latched.Remove(alert))
            return;
        gone.Add(alert.Id);
    }

    private void Unlatch(LivingAlert oldest, long timeNs, IAlertSink sink)
    {
        counters.Unlatched++;
        sink.Emit(oldest.Silence(new TransitionAction(TransitionActionKind.Unlatch, null, $"more than {MaxLatched} latched alerts", timeNs)));
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
