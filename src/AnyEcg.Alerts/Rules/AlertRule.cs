using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>Judges one kind of alert from one second to the next. Keeps no clock; engine thread only.</summary>
internal abstract class AlertRule(AlertKindRow row) : IStateful
{
    public AlertKindRow Row { get; } = row;

    /// <summary>Called once for every second, in order.</summary>
    public abstract Verdict Judge(StreamReading reading);

    /// <summary>
    /// Why an alert that began at <paramref name="onset"/> and was decided at <paramref name="decided"/> (samples) is disproved by what
    /// this second has brought of the time before; null where it stands.
    /// </summary>
    public virtual string? Disproof(StreamReading reading, long onset, long decided) => null;

    /// <summary>The memory of the rule that this one replaces.</summary>
    public virtual void TakeOver(AlertRule old)
    {
    }

    /// <summary>A new epoch: nothing carries over.</summary>
    public virtual void Reset()
    {
    }

    /// <summary>Most rules read all they need from the stream's reading.</summary>
    public virtual void Exchange(StateExchange state)
    {
    }
}
