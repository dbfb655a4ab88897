using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// The alerts of one stream: judges every second and writes the transitions. Pure: the same observations give the same
/// transitions, whatever the clock says. Engine thread only.
/// </summary>
public sealed class AlertPolicy
{
    private readonly StreamReading reading;
    private readonly KindState[] states;
    private readonly TechnicalAlerts technical;
    private bool started;
    private uint epoch;
    private long lastSecond;
    private uint openMask;

    /// <param name="stream">Goes into every transition and id.</param>
    /// <param name="settings">Limits and hysteresis; shared by streams.</param>
    /// <param name="counters">Where to count; shared by streams.</param>
    public AlertPolicy(StreamKey stream, AlertSettings settings, AlertCounters counters)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(counters);
        Stream = stream;
        Counters = counters;
        reading = new StreamReading(settings);
        states = [.. AlertRules.Create(settings).Select(rule => new KindState(stream, rule, settings, counters))];
        technical = new TechnicalAlerts(stream, settings, counters);
    }

    public StreamKey Stream { get; }

    public AlertCounters Counters { get; }

    /// <summary>Bit k: an alert of kind k is open.</summary>
    public uint OpenKinds => openMask | technical.OpenMask;

    /// <summary>Judges the next second. Seconds ascend within an epoch and may jump; a new epoch resets first.</summary>
    public void Observe(SecondObservation observation, IAlertSink sink)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(sink);
        if (started && observation.Epoch != epoch)
            ResetEpoch(sink);
        if (started && observation.Second <= lastSecond)
            throw new ArgumentException($"Second {observation.Second} after {lastSecond} of the same epoch.", nameof(observation));
        reading.Take(observation, follows: started && observation.Second == lastSecond + 1);
        (started, epoch, lastSecond) = (true, observation.Epoch, observation.Second);
        foreach (KindState state in states)
        {
            bool subsumed = (openMask & AlertRules.GraverThan(state.Kind)) != 0;
            state.Advance(reading, subsumed, sink);
            uint bit = 1u << (int)state.Kind;
            openMask = state.IsOpen ? openMask | bit : openMask & ~bit;
        }
    }

    /// <summary>The epoch is over, or the stream: ends what the samples have opened and forgets the beats.</summary>
    public void ResetEpoch(IAlertSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        foreach (KindState state in states)
            state.Close(reading, sink);
        openMask = 0;
        reading.Restart();
        started = false;
    }

    /// <summary>
    /// Raises a technical alert that does not come from the samples (offline, no data, stuck engine, key conflict, clock jump,
    /// patient's mark). The last three are over at once. Counted and ignored while one of the kind is open.
    /// </summary>
    public void RaiseTechnical(in TechnicalEvent e, IAlertSink sink) => technical.Raise(e, sink);

    /// <summary>Ends a technical alert raised before; nothing when none is open.</summary>
    public void Clear(AlertKind kind, long sample, long timeNs, IAlertSink sink) => technical.Clear(kind, sample, timeNs, sink);
}
