namespace AnyEcg.Alerts;

/// <summary>Judges one kind of alert from one second to the next. Keeps no clock; engine thread only.</summary>
internal abstract class AlertRule(AlertKindRow row)
{
    public AlertKindRow Row { get; } = row;

    /// <summary>Called once for every second, in order.</summary>
    public abstract Verdict Judge(StreamReading reading);

    /// <summary>A new epoch: nothing carries over.</summary>
    public virtual void Reset()
    {
    }
}
