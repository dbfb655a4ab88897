using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>The open technical alerts of one stream that are raised and cleared from outside. Engine thread only.</summary>
internal sealed class TechnicalAlerts(StreamKey stream, AlertSettings settings, AlertCounters counters)
{
    private readonly OpenAlert?[] open = new OpenAlert?[AlertKindTable.Rows.Length];

    private readonly long?[] endedNs = new long?[AlertKindTable.Rows.Length];

    public uint OpenMask { get; private set; }

    /// <summary>Kinds that are over as soon as they have happened.</summary>
    private static bool IsMomentary(AlertKind kind) =>
        kind is AlertKind.KeyConflict or AlertKind.ClockJump or AlertKind.PatientMark;

    public void Raise(in TechnicalEvent e, IAlertSink sink)
    {
        if (e.Kind < AlertKind.DeviceOffline)
            throw new ArgumentException($"{e.Kind} is judged from the samples, not raised.", nameof(e));
        if (!settings.IsEnabled(e.Kind))
            return;
        if (open[(int)e.Kind] is not null)
        {
            counters.SuppressedOpen++;
            return;
        }

        if (e.TimeNs - endedNs[(int)e.Kind] < settings[e.Kind].RefractorySeconds * 1_000_000_000L)
        {
            counters.SuppressedRefractory++;
            return;
        }

        OpenAlert alert = new(stream, settings[e.Kind])
        {
            Id = AlertId.Create(stream, e.Kind, e.Epoch, e.Sequence),
            Epoch = e.Epoch,
            OnsetSample = e.Sample,
            OnsetNs = e.TimeNs,
        };
        alert.Note(Verdict.Complete(e.Sample, e.Sample, e.Sample) with { Value = e.Value }, 0);
        Set(e.Kind, alert);
        counters.Started++;
        sink.Emit(alert.Next(AlertPhase.Start, e.Sample, e.TimeNs));
        if (IsMomentary(e.Kind))
            Clear(e.Kind, e.Sample, e.TimeNs, sink);
    }

    /// <summary>Ends the alert; nothing when it is not open.</summary>
    public void Clear(AlertKind kind, long sample, long timeNs, IAlertSink sink)
    {
        if (open[(int)kind] is not { } alert)
            return;
        Set(kind, null);
        endedNs[(int)kind] = timeNs;
        alert.Note(Verdict.Complete(sample, sample, sample), 0);
        counters.Ended++;
        sink.Emit(alert.Next(AlertPhase.End, sample, timeNs, timeNs));
    }

    private void Set(AlertKind kind, OpenAlert? alert)
    {
        open[(int)kind] = alert;
        OpenMask = alert is null ? OpenMask & ~(1u << (int)kind) : OpenMask | 1u << (int)kind;
    }
}
