namespace AnyEcg.Alerts;

/// <summary>What the alert rules have counted, over all streams that share it. Written by the engine thread.</summary>
public sealed class AlertCounters
{
    public long Started { get; private set; }

    /// <summary>Transitions of living alerts of any cause: the conditions that go on, what persons and the clock did.</summary>
    public long Updated { get; private set; }

    public long Ended { get; private set; }

    /// <summary>Alerts that later data disproved.</summary>
    public long Retracted { get; private set; }

    /// <summary>Alerts whose condition ended while their signal waited for somebody.</summary>
    public long Latched { get; internal set; }

    /// <summary>Latched alerts that gave way because a stream had too many.</summary>
    public long Unlatched { get; internal set; }

    public long Acknowledged { get; internal set; }

    /// <summary>Steps up in priority for want of an acknowledgement.</summary>
    public long Escalated { get; internal set; }

    /// <summary>Alerts that started while their kind was paused: published, their signal paused.</summary>
    public long SuppressedPause { get; internal set; }

    /// <summary>Onsets not raised because the stream is discharged.</summary>
    public long SuppressedDischarged { get; internal set; }

    /// <summary>Onsets not raised because a graver alert of the stream says the same.</summary>
    public long SuppressedSubsumed { get; internal set; }

    /// <summary>Onsets held back by the refractory time.</summary>
    public long SuppressedRefractory { get; internal set; }

    /// <summary>Seconds that spoke for an alert but could not be read with confidence.</summary>
    public long SuppressedQuality { get; internal set; }

    /// <summary>Seconds in which the network named a tachycardia while both detectors counted a slower rate.</summary>
    public long SuppressedRate { get; internal set; }

    /// <summary>Technical conditions raised again while their alert was open.</summary>
    public long SuppressedOpen { get; internal set; }

    /// <summary>Onsets at which the network and the classical detector disagreed.</summary>
    public long Disagreements { get; internal set; }

    /// <summary>Alerts that ended because the signal could not be read any more.</summary>
    public long EndedUnread { get; internal set; }

    internal void Count(AlertPhase phase)
    {
        switch (phase)
        {
            case AlertPhase.Start:
                Started++;
                break;
            case AlertPhase.Update:
                Updated++;
                break;
            case AlertPhase.End:
                Ended++;
                break;
            case AlertPhase.Retract:
                Retracted++;
                break;
        }
    }
}
