using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// Life-cycle of one kind on one stream: n of m seconds on and off in event time, refractory time, updates. At most one alert
/// is open. Engine thread only.
/// </summary>
internal sealed class KindState(StreamKey stream, AlertRule rule, AlertSettings settings, AlertCounters counters)
{
    private readonly AlertKindRow row = rule.Row;
    private SecondBits present;
    private SecondBits absent;
    private OpenAlert? open;
    private long nextUpdate;
    private long refractoryUntil = long.MinValue;
    private long lastOnset = -1;
    private long lastKnownSecond;
    private bool held;
    private int disagreeing;

    public AlertKind Kind => row.Kind;

    public bool IsOpen => open is not null;

    public void Advance(StreamReading reading, bool subsumed, IAlertSink sink)
    {
        Verdict verdict = Trusted(rule.Judge(reading), reading);
        long second = reading.Second;
        present.Push(second, verdict.Holds);
        absent.Push(second, verdict.Reading == Reading.Absent);
        if (verdict.Reading != Reading.Unknown)
            lastKnownSecond = second;
        if (open is { } alert)
            Continue(alert, verdict, reading, sink);
        else
            Consider(verdict, reading, subsumed, sink);
    }

    /// <summary>The epoch is over, or the stream: whatever is open ends where it was last known to hold.</summary>
    public void Close(StreamReading reading, IAlertSink sink)
    {
        if (open is { } alert)
            End(alert, reading, sink);
        present.Clear();
        absent.Clear();
        refractoryUntil = long.MinValue;
        lastOnset = -1;
        held = false;
        disagreeing = 0;
        rule.Reset();
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

        if (subsumed || reading.End < refractoryUntil)
        {
            Hold(subsumed);
            return;
        }

        Start(verdict, reading, sink);
    }

    /// <summary>Counts an onset that is not raised once, however many seconds it lasts.</summary>
    private void Hold(bool subsumed)
    {
        if (!held && subsumed)
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
        onset = Math.Max(onset, lastOnset + 1);
        lastOnset = onset;
        uint epoch = reading.Epoch;
        OpenAlert alert = new(stream, row)
        {
            Id = AlertId.Create(stream, row.Kind, epoch, onset),
            Epoch = epoch,
            OnsetSample = onset,
            OnsetNs = reading.NsAt(onset),
        };
        alert.Note(verdict, reading.Present);
        open = alert;
        held = false;
        absent.Clear();
        nextUpdate = reading.End + (row.UpdateSeconds * (long)PatchSecond.ModelRateHz);
        counters.Started++;
        sink.Emit(alert.Next(AlertPhase.Start, complete ? verdict.Decided : reading.End, reading.CompletedNs));
    }

    private void Continue(OpenAlert alert, in Verdict verdict, StreamReading reading, IAlertSink sink)
    {
        if (verdict.Holds)
            alert.Note(verdict, reading.Present);
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
        counters.Updated++;
        sink.Emit(alert.Next(AlertPhase.Update, reading.End, reading.CompletedNs));
    }

    private void End(OpenAlert alert, StreamReading reading, IAlertSink sink)
    {
        open = null;
        present.Clear();
        refractoryUntil = reading.End + (row.RefractorySeconds * (long)PatchSecond.ModelRateHz);
        counters.Ended++;
        sink.Emit(alert.Next(AlertPhase.End, reading.End, reading.CompletedNs, reading.NsAt(alert.Until)));
    }
}
