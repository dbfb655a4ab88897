namespace AnyEcg.Alerts;

/// <summary>What the alert rules have counted, over all streams that share it. Written by the engine thread.</summary>
public sealed class AlertCounters
{
    public long Started { get; internal set; }

    public long Updated { get; internal set; }

    public long Ended { get; internal set; }

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
}
