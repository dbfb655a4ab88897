using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// When one kind judged from the samples starts and ends on one stream: n of m seconds on and off in event time, refractory time,
/// updates. Engine thread only.
/// </summary>
internal sealed class KindState(AlertRegister register, AlertCounters counters, AlertRule first, AlertSettings settings) : IStateful
{
    private AlertRule rule = first;
    private AlertKindRow row = first.Row;
    private bool enabled = settings.IsEnabled(first.Row.Kind);
    private SecondBits present;
    private SecondBits absent;
    private long nextUpdate;
    private long refractoryUntil = long.MinValue;
    private long lastOnset = -1;
    private uint lastEpoch;
    private long lastKnownSecond;
    private bool held;
    private int disagreeing;

    public AlertKind Kind => row.Kind;

    public void Advance(StreamReading reading, bool subsumed, IAlertSink sink)
    {
        if (!enabled)
            return;
        Verdict verdict = Trusted(rule.Judge(reading), reading);
        long second = reading.Second;
        present.Push(second, verdict.Holds);
        absent.Push(second, verdict.Reading == Reading.Absent);
        if (verdict.Reading != Reading.Unknown)
            lastKnownSecond = second;
        if (register[Kind] is { } alert)
            Continue(alert, verdict, reading, sink);
        else
            Consider(verdict, reading, subsumed, sink);
    }

    /// <summary>The epoch is over, or the stream: whatever is open ends where it was last known to hold.</summary>
    public void Close(StreamReading reading, IAlertSink sink)
    {
        if (register[Kind] is { } alert)
            End(alert, reading, sink);
        Forget();
    }

    /// <summary>What was seen so far says nothing of what comes.</summary>
    public void Forget()
    {
        present.Clear();
        absent.Clear();
        refractoryUntil = long.MinValue;
        held = false;
        disagreeing = 0;
        rule.Reset();
    }

    /// <summary>Other limits from now on; what was seen stays.</summary>
    public void Use(AlertRule next, AlertSettings settings)
    {
        next.TakeOver(rule);
        (rule, row) = (next, next.Row);
        bool was = enabled;
        enabled = settings.IsEnabled(Kind);
        if (!was && enabled)
            Forget();
    }

    private Verdict Trusted(Verdict verdict, StreamReading reading)
    {
        // The classical detector answers up to a second later: only what lasts is a disagreement.
        disagreeing = verdict.Disagree ? disagreeing + 1 : 0;
        counters.Disagreements += disagreeing == 2 ? 1 : 0;
        if (verdict.Withheld == Withheld.Rate)
            counters.SuppressedRate++;
        bool gated = row.QualityGated && verdict.Holds && (!reading.Trusted || verdict.Withheld == Withheld.Quality);
        if (!gated)
            return verdict;
        counters.SuppressedQuality++;
        return Verdict.Unknown;
    }

    private void Consider(in Verdict verdict, StreamReading reading, bool subsumed, IAlertSink sink)
    {
        bool on = verdict.Reading == Reading.Complete
            || (verdict.Reading == Reading.Present && present.Count(row.Hysteresis.OnOf) >= row.Hysteresis.On);
        if (!on)
        {
            held &= verdict.Holds;
            return;
        }

        if (register.Discharged || subsumed || reading.End < refractoryUntil)
        {
            Hold(subsumed);
            return;
        }

        Start(verdict, reading, sink);
    }

    /// <summary>Counts an onset that is not raised once, however many seconds it lasts.</summary>
    private void Hold(bool subsumed)
    {
        if (!held && register.Discharged)
            counters.SuppressedDischarged++;
        else if (!held && subsumed)
            counters.SuppressedSubsumed++;
        else if (!held)
            counters.SuppressedRefractory++;
        held = true;
    }

    private void Start(in Verdict verdict, StreamReading reading, IAlertSink sink)
    {
        bool complete = verdict.Reading == Reading.Complete;
        long onset = complete ? verdict.Onset : present.Oldest(row.Hysteresis.OnOf) * PatchSecond.ModelRateHz;

        // Two alerts of one kind never share an onset, or they would share their id.
        onset = lastEpoch == reading.Epoch ? Math.Max(onset, lastOnset + 1) : onset;
        (lastEpoch, lastOnset) = (reading.Epoch, onset);
        LivingAlert alert = register.Make(row, reading.Epoch, onset, onset, reading.NsAt(onset));
        alert.Note(verdict, reading.Present);
        held = false;
        absent.Clear();
        nextUpdate = reading.End + (row.UpdateSeconds * (long)PatchSecond.ModelRateHz);
        register.Start(alert, complete ? verdict.Decided : reading.End, reading.CompletedNs, sink);
    }

    private void Continue(LivingAlert alert, in Verdict verdict, StreamReading reading, IAlertSink sink)
    {
        if (verdict.Holds)
            alert.Note(verdict, reading.Present);
        if (rule.Disproof(reading, alert.OnsetSample, alert.StartDecided) is { } reason)
        {
            Retract(alert, reading, reason, sink);
            return;
        }

        bool unread = reading.Second - lastKnownSecond >= settings.MaxUnreadSeconds;
        if (unread || absent.Count(row.Hysteresis.OffOf) >= row.Hysteresis.Off)
        {
            counters.EndedUnread += unread ? 1 : 0;
            End(alert, reading, sink);
            return;
        }

        if (row.UpdateSeconds == 0 || reading.End < nextUpdate)
            return;
        nextUpdate = reading.End + (row.UpdateSeconds * (long)PatchSecond.ModelRateHz);
        register.Emit(alert.Update(reading.End, reading.CompletedNs), sink);
    }

    private void End(LivingAlert alert, StreamReading reading, IAlertSink sink)
    {
        present.Clear();
        refractoryUntil = reading.End + (row.RefractorySeconds * (long)PatchSecond.ModelRateHz);
        register.End(alert, reading.End, reading.CompletedNs, reading.NsAt(alert.Until), sink);
    }

    /// <summary>It never was: no refractory time follows.</summary>
    private void Retract(LivingAlert alert, StreamReading reading, string reason, IAlertSink sink)
    {
        present.Clear();
        register.Retract(alert, reading.End, reading.CompletedNs, reading.NsAt(alert.Until), reason, sink);
    }

    public void Exchange(StateExchange state)
    {
        state.Value(ref present);
        state.Value(ref absent);
        state.Value(ref nextUpdate);
        state.Value(ref refractoryUntil);
        state.Value(ref lastOnset);
        state.Value(ref lastEpoch);
        state.Value(ref lastKnownSecond);
        state.Value(ref held);
        state.Value(ref disagreeing);
        state.Object(rule);
    }
}
